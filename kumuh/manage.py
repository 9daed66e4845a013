"""script/manage: manage.py with the environment and the database of script/run."""

from kumuh.local import (
    database,
    django_command,
    prepare_variables,
    run_child,
    run_main,
    say_aside,
)


def main(arguments: list[str]) -> int:
    prepare_variables()
    with database(say_aside) as server:
        return run_child(django_command(*arguments), server, cwd=None)


if __name__ == "__main__":
    run_main(main)
