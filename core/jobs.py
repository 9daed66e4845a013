"""Background work of the plumbing: lost jobs come back, what is old goes."""

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from core.background import RETRY, every
from core.idempotency import forget_old_keys

KEEP_JOBS_HOURS = 30 * 24
MOST_ATTEMPTS = 10  # a job that took so many workers along is left for a person


@app.periodic(cron="*/5 * * * *")
@app.task(retry=RETRY)
async def put_back_lost_jobs(timestamp: int) -> None:
    """Give the jobs of workers that died (kill -9, power cut) to the living ones."""
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts < MOST_ATTEMPTS:
            await app.job_manager.retry_job(job)
        else:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="0 19 * * *")  # 03.00 WITA
@app.task(retry=RETRY)
async def forget_old_jobs(timestamp: int) -> None:
    """Jobs stand in the admin for a month after their end."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEEP_JOBS_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )


@every("10 19 * * *")  # 03.10 WITA
def forget_answers() -> int:
    """Answers to requests are kept for a week, longer than anybody sends them again."""
    return forget_old_keys()
