"""What is deployed fits the program: options, names and versions in files that no test can run."""

import json
import os
import pickle
import re
import subprocess
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_job_api_pb2 as job_api
from apache_beam.runners.portability.portable_runner import JobServiceHandle

from pipeline import cli
from pipeline.cli.running import run_settings
from pipeline.errors import UsageError
from pipeline.objects import ObjectPath
from pipeline.options import beam_options
from pipeline.streaming import engine_options

_ROOT = Path(__file__).resolve().parents[1]
_DEPLOY = _ROOT / "deploy"
_BEAM = "2.77.0"
# Options of Flink's runner that the Python SDK learns from its job server alone, as that describes them.
_FLINK = {
    "checkpointing_interval": job_api.PipelineOptionType.INTEGER,
    "finish_bundle_before_checkpointing": job_api.PipelineOptionType.BOOLEAN,
    "checkpointing_mode": job_api.PipelineOptionType.STRING,
    "checkpoint_timeout_millis": job_api.PipelineOptionType.INTEGER,
}


def _yaml(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((_DEPLOY / name).read_text()))


def _containers(node: Any) -> list[dict[str, Any]]:
    """All containers in a manifest, however deep."""
    if isinstance(node, list):
        return [found for item in node for found in _containers(item)]
    if not isinstance(node, dict):
        return []
    own = node.get("containers", [])
    return [*own, *(found for value in node.values() for found in _containers(value))]


def _ingests() -> list[list[str]]:
    """The command lines of all launchers in the manifests."""
    return [
        container["args"]
        for container in _containers(_yaml("flink/ingest.yaml"))
        if container["name"] == "launcher"
    ]


@pytest.fixture(scope="module")
def launcher() -> ModuleType:
    spec = spec_from_file_location("launcher", _DEPLOY / "dataflow" / "launcher.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_DEPLOY / "dataflow" / "metadata.json").read_text())
    return loaded


@pytest.mark.parametrize("command", _ingests(), ids=["drain", "stream"])
def test_launchers_use_options_that_are_there(command: list[str]) -> None:
    name, *arguments = command
    parser = cli.command_parser(name, cli.load(name))
    parsed, rest = parser.parse_known_intermixed_args(arguments)
    assert parsed.inputs == ["kafka://kafka:9092/pages"]
    beam = PipelineOptions([]).get_all_options()
    unknown = {option[2:].partition("=")[0] for option in rest} - set(beam) - set(_FLINK)
    assert unknown == set()


@pytest.mark.parametrize("command", _ingests(), ids=["drain", "stream"])
def test_launchers_find_job_server_and_pools(command: list[str]) -> None:
    options = dict(option[2:].partition("=")[::2] for option in command if option.startswith("--"))
    cluster = _yaml("flink/cluster.yaml")
    service = next(item for item in cluster if item["kind"] == "Service")
    ports = {port["name"]: port["port"] for port in service["spec"]["ports"]}
    assert options["job_endpoint"] == f"{service['metadata']['name']}:{ports['job']}"
    assert options["artifact_endpoint"] == f"{service['metadata']['name']}:{ports['artifact']}"
    pool = next(item for item in _containers(cluster) if item["name"] == "worker-pool")
    assert options["environment_config"] == f"localhost:{pool['ports'][0]['containerPort']}"


def test_all_that_read_the_topic_have_its_secret() -> None:
    # A secret is read where it is used: the launcher asks for offsets, workers read the records.
    (secret,) = {
        source["secretRef"]["name"]
        for container in _containers(_yaml("flink/ingest.yaml"))
        for source in container["envFrom"]
    }
    pool = next(c for c in _containers(_yaml("flink/cluster.yaml")) if c["name"] == "worker-pool")
    assert {"secretRef": {"name": secret}} in pool.get("envFrom", [])
    assert f"create secret generic {secret} " in (_DEPLOY / "flink" / "README.md").read_text()


def test_output_lies_on_the_volume_that_all_mount() -> None:
    documents = [*_yaml("flink/cluster.yaml"), *_yaml("flink/ingest.yaml")]
    claim = next(item for item in documents if item["kind"] == "PersistentVolumeClaim")
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    for container in _containers(documents):
        assert container["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]
    for command in _ingests():
        assert any(option.startswith("--output=/data/") for option in command)


class _FlinkJobServer:
    """What Beam's client asks of a job server before it submits: which options there are."""

    def DescribePipelineOptions(  # noqa: N802
        self, request: job_api.DescribePipelineOptionsRequest, timeout: float
    ) -> job_api.DescribePipelineOptionsResponse:
        return job_api.DescribePipelineOptionsResponse(
            options=[
                job_api.PipelineOptionDescriptor(name=name, type=kind)
                for name, kind in _FLINK.items()
            ]
        )


def _submitted(command: list[str]) -> dict[str, Any]:
    """The options that reach the job server when the command line is submitted."""
    parser = cli.command_parser(command[0], cli.load(command[0]))
    parsed, rest = parser.parse_known_intermixed_args(command[1:])
    parsed.beam_options = tuple(rest)
    arguments = run_settings(parsed, parsed.output)["beam_args"]
    options = engine_options(arguments) if "--streaming" in command else beam_options(arguments)
    found = JobServiceHandle(_FlinkJobServer(), options).get_pipeline_options()
    return {name.split(":")[2]: value for name, value in dict(found).items()}


def test_the_stream_switches_checkpoints_on_itself() -> None:
    # Beam's runner has its own switch, off by default, and looks at no setting of the cluster.
    _, stream = _ingests()
    submitted = _submitted(stream)
    assert submitted["checkpointing_interval"] == "60000"
    assert submitted["checkpointing_mode"] == "EXACTLY_ONCE"
    assert submitted["checkpoint_timeout_millis"] == "600000"
    # Else what a step gives while a checkpoint is taken may stay with it for ever.
    assert submitted["finish_bundle_before_checkpointing"] is True
    settings = _flink_settings()
    assert not [name for name in settings if name.startswith("execution.checkpointing.")]
    assert settings["state.checkpoints.dir"].startswith("file:///data/")


def test_a_slot_has_its_worker() -> None:
    slots = _flink_settings()["taskmanager.numberOfTaskSlots"]
    for command in _ingests():
        assert f"--sdk_worker_parallelism={slots}" in command


def _flink_settings() -> dict[str, str]:
    cluster = _yaml("flink/cluster.yaml")
    flink = next(item for item in cluster if item["kind"] == "FlinkDeployment")
    found: dict[str, str] = flink["spec"]["flinkConfiguration"]
    return found


def test_writers_are_single() -> None:
    drain, stream = _yaml("flink/ingest.yaml")
    assert drain["spec"]["concurrencyPolicy"] == "Forbid"
    assert stream["spec"]["strategy"] == {"type": "Recreate"}
    assert stream["spec"]["replicas"] <= 1


def test_the_template_asks_for_what_is_there(
    launcher: ModuleType, template: dict[str, Any]
) -> None:
    names = [parameter["name"] for parameter in template["parameters"]]
    assert len(names) == len(set(names))
    beam = set(PipelineOptions([]).get_all_options())
    assert set(names) - launcher.parameters() - beam == {"input"}


def test_the_template_has_no_secret_parameter(template: dict[str, Any]) -> None:
    for parameter in template["parameters"]:
        assert not parameter["name"].endswith(("password", "secret", "token"))


def test_the_job_knows_where_the_password_is_and_not_what_it_is(
    launcher: ModuleType, tmp_path: Path
) -> None:
    # What deploy/dataflow/README.md promises of the job's description.
    file = tmp_path / "password"
    file.write_text("not to be seen")
    config = launcher.config_of(
        [
            "--input=kafka://broker:9092/pages",
            "--output=gs://bucket/news",
            "--kafka_username=reader",
            f"--kafka_password_file={file}",
        ]
    )
    travels = pickle.dumps(config.kafka)
    assert str(file).encode() in travels
    assert b"not to be seen" not in travels
    assert pickle.loads(travels).password.reveal() == "not to be seen"


def test_the_template_is_read_back(launcher: ModuleType, template: dict[str, Any]) -> None:
    given = {
        "input": "kafka://broker:9092/pages", "output": "gs://bucket/news", "fetched_at": "2025-04-06T12:00:00Z",
        "min_date_confidence": "0.5", "kafka_security_protocol": "SASL_SSL", "kafka_sasl_mechanism": "PLAIN",
        "kafka_start": "latest", "on_offset_gap": "skip", "sdk_container_image": "image",
    }  # fmt: skip
    for parameter in template["parameters"]:
        for pattern in parameter.get("regexes", ()):
            assert re.fullmatch(pattern, given[parameter["name"]]), parameter
    del given["kafka_security_protocol"], given["kafka_sasl_mechanism"]
    config = launcher.config_of(
        [*(f"--{name}={value}" for name, value in given.items()), "--runner=DataflowRunner"]
    )
    assert config.topics == ("kafka://broker:9092/pages",)
    assert config.output == ObjectPath("gs://bucket/news")
    assert config.min_date_confidence == 0.5
    assert config.kafka.start == "latest"
    assert set(config.beam_args) == {"--sdk_container_image=image", "--runner=DataflowRunner"}


def test_the_launcher_never_follows(launcher: ModuleType) -> None:
    with pytest.raises(UsageError, match="does not wait"):
        launcher.ingest_arguments(["--follow=true"])


def test_versions_are_the_locked_ones() -> None:
    locked = (_ROOT / "requirements" / "runtime.lock").read_text()
    assert f"apache-beam=={_BEAM}\n" in locked
    flex = (_DEPLOY / "dataflow" / "Dockerfile").read_text()
    assert f"apache/beam_python3.11_sdk:{_BEAM}" in flex
    assert f"apache-beam[gcp]=={_BEAM}" in flex
    assert f"job_server:{_BEAM}" in (_DEPLOY / "flink" / "cluster.yaml").read_text()


def test_linear_algebra_has_one_thread() -> None:
    code = "import pipeline.cli, os; print(os.environ['OPENBLAS_NUM_THREADS'])"
    clean = {k: v for k, v in os.environ.items() if not k.endswith("NUM_THREADS")}
    found = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, check=True)
    assert found.stdout == b"1\n"
    # A worker pool loads NumPy before copydesk, so its environment must say it.
    for name in ("Dockerfile", "dataflow/Dockerfile"):
        assert re.search(r"^ENV .*OPENBLAS_NUM_THREADS=1$", (_DEPLOY / name).read_text(), re.M)


@pytest.mark.parametrize("name", ["Dockerfile", "dataflow/Dockerfile"])
def test_images_copy_what_is_there_and_not_ignored(name: str) -> None:
    text = (_DEPLOY / name).read_text()
    allowed = {
        line[1:] for line in (_ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (_ROOT / source).exists(), source
        assert any(source == kept or kept.startswith(f"{source}/") for kept in allowed), source
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())
    for package in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        assert package in copied
    assert "python:3.11" in text or "python3.11" in text


def test_the_broker_of_the_laptop_is_reached() -> None:
    broker = _broker()
    assert broker["ports"] == ["127.0.0.1:9092:9092"]
    advertised = broker["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(",")
    assert "HOST://localhost:9092" in advertised
    listened = {
        item.partition(":")[0] for item in broker["environment"]["KAFKA_LISTENERS"].split(",")
    }
    assert {item.partition(":")[0] for item in advertised} < listened


def test_the_broker_of_the_laptop_keeps_its_topics_on_its_volume() -> None:
    broker = _broker()
    (compose,) = _yaml("compose.yaml")
    volume, _, where = broker["volumes"][0].partition(":")
    assert volume in compose["volumes"]
    assert broker["environment"]["KAFKA_LOG_DIRS"] == where


def _broker() -> dict[str, Any]:
    (compose,) = _yaml("compose.yaml")
    found: dict[str, Any] = compose["services"]["kafka"]
    return found


def test_spark_comes_in_the_version_that_beam_was_built_for() -> None:
    pom = ElementTree.parse(_DEPLOY / "spark" / "pom.xml")
    artifacts = [node.text for node in pom.iter() if node.tag.endswith("artifactId")]
    assert "beam-runners-spark-3" in artifacts
    assert all("_2.12" in name for name in artifacts if name and name.startswith("spark-") and name != "spark-cluster")  # fmt: skip


def test_what_was_run_on_flink_is_said_with_its_versions() -> None:
    pom = ElementTree.parse(_DEPLOY / "flink" / "pom.xml")
    found = {node.tag.rpartition("}")[2]: node.text or "" for node in pom.find(".//{*}dependency")}
    flink = found["artifactId"].removeprefix("beam-runners-flink-")
    beam = found["version"].rpartition(".")[0]
    said = (_DEPLOY / "flink" / "README.md").read_text()
    assert f"on Flink {flink} with the job server of Beam {beam} (" in said


@pytest.mark.parametrize("page", sorted(_DEPLOY.rglob("README.md")), ids=str)
def test_pages_name_files_that_are_there(page: Path) -> None:
    text = page.read_text()
    named = re.findall(r"(?:deploy|tests|scripts)/[\w/.-]+\w", text)
    assert all((_ROOT / name).exists() for name in named), named
    headings = {
        line.lstrip("# ").lower().replace(" ", "-") for line in re.findall(r"^#+ .+$", text, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (page.parent / link).exists(), link
    assert "**Run here:**" in text
    assert "**Not run here:**" in text
