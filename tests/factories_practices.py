"""Practices and outreach as small as they may be."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from coordination.models import Outreach, Practice
from coordination.models.outreach import Prevention
from tests.factories import AgencyFactory, UserFactory


class PracticeFactory(DjangoModelFactory):
    """A published one on drainage (4b); the example says what is made up."""

    class Meta:
        model = Practice

    title = factory.Sequence(lambda n: f"Praktik contoh {n:03d}")
    agency = factory.SubFactory(AgencyFactory)
    place = "Kota Contoh"
    problem = "Jalan tergenang setiap hujan."
    approach = "Saluran dibangun bersama warga."
    results = "Genangan surut dalam dua jam."
    source = "Laporan contoh, 2024"
    indicators = ["4b"]
    is_published = True


class OutreachFactory(DjangoModelFactory):
    """An event in the regency of its office, on 5 May 2025: 30 women, 20 men."""

    class Meta:
        model = Outreach

    title = factory.Sequence(lambda n: f"Sosialisasi rumah sehat {n}")
    held_on = date(2025, 5, 5)
    agency = factory.SubFactory(AgencyFactory)
    regency = factory.SelfAttribute("agency.region")
    place = "Balai kelurahan"
    prevention = Prevention.INFORMATION
    topics = ["healthy_home"]
    women = 30
    men = 20
    created_by = factory.SubFactory(UserFactory)
