"""What can be done from the command line?

Exit codes: 0 done, 1 the data or a figure is at fault, 2 the call or the study file is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import policytext
from policytext.corpus import check_place, said_of_traditional
from policytext.errors import ParameterError, PolicytextError, StudyError

if TYPE_CHECKING:
    from policytext.corpus import Corpus

USAGE_ERROR, DATA_ERROR = 2, 1


class _InWords(click.Group):
    """Commands whose errors are sentences: exit code 2 for usage, 1 for data."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (StudyError, ParameterError) as error:
            click.echo(f"policytext: {error}", err=True)
            sys.exit(USAGE_ERROR)
        except PolicytextError as error:
            click.echo(f"policytext: {error}", err=True)
            sys.exit(DATA_ERROR)
        except OSError as error:
            click.echo(f"policytext: {_said_by_the_system(error)}", err=True)
            sys.exit(DATA_ERROR)
        except MemoryError:
            click.echo("policytext: the memory of this machine does not suffice", err=True)
            sys.exit(DATA_ERROR)


def _said_by_the_system(error: OSError) -> str:
    """Return a sentence for what the system refused: no space, no right, no such place."""
    place = f" {str(error.filename)!r}" if error.filename is not None else ""
    return f"a file or folder{place} cannot be read or written: {error.strerror or error}"


@click.group(cls=_InWords, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="policytext")
def main() -> None:
    """From a folder of noisy Chinese policy reports to findings that state their limits."""


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to save to.")
@click.option("--name", default="", help="What the corpus is called.")
@click.option(
    "--design",
    type=click.Choice(["census", "sample", "convenience"]),
    default="convenience",
    help="How the reports came together.",
)
@click.option("--metadata", type=click.Path(path_type=Path), help="CSV or Excel with facts.")
@click.option("--corrections", type=click.Path(path_type=Path), help="CSV or Excel that wins.")
@click.option(
    "--traditional",
    type=click.Choice(["characters", "taiwan", "hong_kong"]),
    help="Write reports in traditional characters in simplified ones.",
)
@click.option("--overwrite", is_flag=True, help="Replace a corpus that stands at OUT.")
def read(
    folders: tuple[Path, ...],
    out: Path,
    name: str,
    design: str,
    metadata: Path | None,
    corrections: Path | None,
    traditional: str | None,
    *,
    overwrite: bool,
) -> None:
    """Read FOLDERS (one or more, or files) into one corpus, say what was found, and save it."""
    check_place(out, overwrite=overwrite)
    corpus = policytext.read_corpus(
        folders,
        name=name,
        design=design,
        metadata=metadata,
        corrections=corrections,
        traditional=traditional or "",
    )
    corpus.save(out, overwrite=overwrite)
    _describe(corpus)
    for line in _of_files(corpus):
        click.echo(line)
    click.echo(f"Saved to {out}. Next: load_corpus({str(out)!r}) in Python, or policytext run.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", default="study.toml", type=click.Path(path_type=Path), help="Study file.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", help="Of comments.")
@click.option("--overwrite", is_flag=True, help="Replace a study file that stands at OUT.")
def init(folder: Path, out: Path, language: str, *, overwrite: bool) -> None:
    """Look at the reports in FOLDER and write a commented study file for them."""
    file = policytext.start_study(folder, out=out, language=language, overwrite=overwrite)
    click.echo(f"Study file: {file}. Next: policytext run {file}")


@main.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.")
@click.option("--raw", type=click.Path(path_type=Path), help="Folder with the raw report files.")
@click.option("--expect", is_flag=True, help="Keep the tables as expected/ beside the study.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def run(study: Path, out: Path | None, raw: Path | None, expect: bool, quiet: bool) -> None:
    """Run the study file STUDY: tables, figures, report.html, methods.md, study.lock, run.json."""
    done = policytext.run_study(study, out=out, raw=raw, progress=not quiet)
    if len(done.corpus):
        _describe(done.corpus)
    for name, reason in done.not_run.items():
        click.echo(f"not run: {name}: {reason}")
    if expect:
        from policytext.study.reproduce import write_expected
        from policytext.study.settings import study_file

        written = write_expected(done, study_file(study))
        click.echo(f"Expected: {len(written) - 1} tables in {written[0].parent}, {written[-1]}.")
    click.echo(f"Done. Open {done.folder / 'report.html'} in a browser.")


@main.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--why", is_flag=True, help="Name what changed where a figure moved.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.")
@click.option("--raw", type=click.Path(path_type=Path), help="Folder with the raw report files.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def reproduce(study: Path, why: bool, out: Path | None, raw: Path | None, quiet: bool) -> None:
    """Run STUDY again and compare; the exit code is 1 if a figure differs, otherwise 0."""
    result = policytext.reproduce(study, out=out, raw=raw, progress=not quiet)
    for row in result.table.to_dict("records"):
        values = f"{row['published']} | {row['ours']}"
        click.echo(f"{row['verdict']:<24}  {row['quantity']}: {values}")
        if row["why"] and (why or row["verdict"] == "not testable"):
            click.echo(f"{'':<24}  why: {row['why']}")
    counts = result.table["verdict"].value_counts(sort=False)
    click.echo("; ".join(f"{verdict}: {n}" for verdict, n in counts.items()))
    if out is not None:
        result.to_csv(out / "reproduction.csv")
    if (result.table["verdict"] == "differs").any():
        sys.exit(DATA_ERROR)


@main.group()
def models() -> None:
    """Bring the word segmentation model to this machine."""


@models.command()
@click.option("--from", "source", type=click.Path(path_type=Path), help="Wheel file at hand.")
def install(source: Path | None) -> None:
    """Fetch the pkuseg model through pip, check it, and make the compact one."""
    click.echo(f"Model ready: {policytext.install_model(from_file=source)}")


_MOST_SHOWN = 40
"""Files of one reason that are named; of more the number is given."""


def _of_files(corpus: Corpus) -> Iterator[str]:
    """Yield what was read by format, what was not read and why, and what lies beside the text."""
    files = corpus.sources[["file", "member", "reader"]].drop_duplicates()
    for reader, many in files["reader"].value_counts().sort_index().items():
        yield f"{many:>12,}  files read as {reader}"
    skipped = corpus.skipped
    if len(skipped):
        yield f"{len(skipped):>12,}  files, members or records not read:"
    for reason, those in skipped.groupby("reason", sort=False):
        names = [
            f"{file}/{member}".rstrip("/") for file, member in those[["file", "member"]].values
        ]
        more = f" and {len(names) - _MOST_SHOWN:,} more" if len(names) > _MOST_SHOWN else ""
        yield f"              {', '.join(names[:_MOST_SHOWN])}{more}: {reason}"
    if len(corpus.left_out):
        kinds = corpus.left_out["kind"].value_counts()
        shown = ", ".join(f"{kind} {many:,}" for kind, many in list(kinds.items())[:_MOST_SHOWN])
        yield f"Beside the text, not read (corpus.left_out has the places): {shown}."
    yield from (one.en for one in said_of_traditional(corpus))


def _describe(corpus: Corpus) -> None:
    """Print size and certainty of a corpus."""
    from policytext.report import overview

    for label, value in overview(corpus):
        click.echo(f"{value:>12}  {label.en}")
