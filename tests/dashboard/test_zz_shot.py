from pathlib import Path
from tests.dashboard.test_same_figures import world, sources
OUT=Path("/tmp/helpers/exp")
def test_shot(client, log_in, world, office):
    log_in("verifier")
    for name,url in {"list":"/kawasan/?as_of=2022-06-30","listq":f"/kawasan/?as_of=2022-06-30&agency={office.pk}&known_at=2099-01-01","home":"/?as_of=2022-06-30","homeq":f"/?as_of=2022-06-30&agency={office.pk}","ledger":"/buku-besar/"}.items():
        html=client.get(url).content.decode()
        (OUT/f"{name}.html").write_text(html)
