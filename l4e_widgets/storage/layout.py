"""Where things lie inside a workspace: every key is made here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from l4e_widgets.storage.names import safe_file_name, storage_key

__all__ = ["INBOX", "PROJECTS", "WORKSPACE_ACTIONS", "ModelKeys", "ProjectKeys", "UploadKeys"]

PROJECTS = "projects"
INBOX = "inbox"
WORKSPACE_ACTIONS = "actions.jsonl"
MAIN_CLOCK = "main"


class ProjectKeys:
    """Keys of one project.

    Parameters
    ----------
    folder : str
        Name of its folder below `projects/`.
    """

    def __init__(self, folder: str) -> None:
        self.root = f"{PROJECTS}/{folder}"

    @classmethod
    def of(cls, name: str) -> ProjectKeys:
        """Keys of the project of a user's name.

        Parameters
        ----------
        name : str
            Name of the project as the user wrote it.

        Returns
        -------
        ProjectKeys
            Its keys, whether or not it exists.
        """
        return cls(storage_key(name))

    @property
    def project(self) -> str:
        """Document of the project itself."""
        return f"{self.root}/project.json"

    @property
    def actions(self) -> str:
        """Action log, one JSON line per changing service call."""
        return f"{self.root}/actions.jsonl"

    def beside_project(self, names: Iterable[str]) -> tuple[str, ...]:
        """Keys of what lies in the project's folder beside its document.

        Parameters
        ----------
        names : iterable of str
            What the store lists directly below the folder.

        Returns
        -------
        tuple of str
            Their keys, without that of the project's document.
        """
        return tuple(key for key in (f"{self.root}/{name}" for name in names) if key != self.project)

    @property
    def dataset(self) -> str:
        """Document of the data set."""
        return f"{self.root}/dataset/dataset.json"

    @property
    def quality(self) -> str:
        """Document of the sensor grades."""
        return f"{self.root}/dataset/quality.json"

    def handed_over(self, name: str) -> str:
        """Table that a caller handed over from memory, kept until it is ingested.

        Parameters
        ----------
        name : str
            Name of the table.

        Returns
        -------
        str
            Key of a Parquet file.
        """
        return f"{self.root}/dataset/raw/{storage_key(name)}.parquet"

    def raw(self, name: str) -> str:
        """Uploaded file that the project was given.

        Parameters
        ----------
        name : str
            Name of the file as the user has it.

        Returns
        -------
        str
            Its key.
        """
        return f"{self.root}/dataset/raw/{storage_key(name)}/{safe_file_name(name)}"

    def series(self, clock: str = MAIN_CLOCK) -> str:
        """Folder of the series of one clock.

        Parameters
        ----------
        clock : str
            Name of the clock.

        Returns
        -------
        str
            Key of the folder.
        """
        return f"{self.root}/series/{clock}"

    @property
    def labels(self) -> str:
        """Folder of the label groups."""
        return f"{self.root}/labels"

    def label_group(self, name: str) -> str:
        """Document of a label group.

        Parameters
        ----------
        name : str
            Name of the group, as the user wrote it.

        Returns
        -------
        str
            Its key.
        """
        return f"{self.labels}/{storage_key(name)}.json"

    @property
    def cases(self) -> str:
        """Folder of the cases."""
        return f"{self.root}/cases"

    def case(self, case_id: str) -> str:
        """Document of a case.

        Parameters
        ----------
        case_id : str
            Name of the case.

        Returns
        -------
        str
            Its key.
        """
        return f"{self.cases}/{case_id}.json"

    @property
    def models(self) -> str:
        """Folder of the models."""
        return f"{self.root}/models"

    def model(self, name: str, version: int = 1) -> ModelKeys:
        """Keys of one version of a model.

        Parameters
        ----------
        name : str
            Name of the model as the user wrote it.
        version : int
            Counts from 1.

        Returns
        -------
        ModelKeys
            Its keys, whether or not it exists.
        """
        return ModelKeys(f"{self.models}/{storage_key(name)}", version)

    @property
    def jobs(self) -> str:
        """Folder of the jobs."""
        return f"{self.root}/jobs"

    def job(self, job_id: str) -> str:
        """Folder of one job.

        Parameters
        ----------
        job_id : str
            Id of the job.

        Returns
        -------
        str
            Key of the folder.
        """
        return f"{self.jobs}/{job_id}"


class ModelKeys:
    """Keys of one version of a model.

    Parameters
    ----------
    root : str
        Folder of the model.
    version : int
        Counts from 1.
    """

    def __init__(self, root: str, version: int) -> None:
        self.root = root
        self.folder = f"{root}/versions/{version}"

    @property
    def model(self) -> str:
        """Document of the model; it is written last, so a model without it was never finished."""
        return f"{self.root}/model.json"

    @property
    def manifest(self) -> str:
        """Manifest of the learned arrays."""
        return f"{self.folder}/manifest.json"

    @property
    def weights(self) -> str:
        """Learned arrays."""
        return f"{self.folder}/weights.npz"

    @property
    def statistic(self) -> str:
        """Statistic and release of every row."""
        return f"{self.folder}/statistic.parquet"

    @property
    def checkpoints(self) -> str:
        """Detector states along the rows."""
        return f"{self.folder}/checkpoints.npz"

    @property
    def calibration(self) -> str:
        """Document that maps a budget to a threshold."""
        return f"{self.folder}/calibration.json"

    @property
    def sensitivity(self) -> str:
        """Document of the sensitivity card."""
        return f"{self.folder}/sensitivity.json"

    @property
    def backtest(self) -> str:
        """Document of the back-test."""
        return f"{self.folder}/backtest.json"

    @property
    def signatures(self) -> str:
        """Signatures of the whole history, for what looks alike."""
        return f"{self.folder}/signatures.npz"


class UploadKeys:
    """Keys of one upload.

    Parameters
    ----------
    upload_id : str
        Its id, 32 hexadecimal digits.
    """

    def __init__(self, upload_id: str) -> None:
        self.folder = f"{INBOX}/{upload_id}"

    @property
    def upload(self) -> str:
        """Document of the upload; without it nothing else in the folder counts."""
        return f"{self.folder}/upload.json"

    @property
    def journal(self) -> str:
        """What has arrived: a line with start and end for each chunk."""
        return f"{self.folder}/arrived"

    @property
    def part(self) -> str:
        """The bytes while some are missing."""
        return f"{self.folder}/content.part"

    def content(self, name: str) -> str:
        """The whole file, in a folder of its own, so that sentences call it as its user does.

        Parameters
        ----------
        name : str
            Name of the file as the user has it.

        Returns
        -------
        str
            Its key.
        """
        return f"{self.folder}/file/{safe_file_name(name)}"
