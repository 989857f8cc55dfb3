"""The manifests: valid, restricted, and without a name that nobody knows."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.db import connections
from django.utils import timezone

from apps.processing.models import KEPT, ProcessingJob
from frameflow.variables import known_names
from tests.deploy.sources import DEPLOY, ROOT, instructions, manifests

FOLDER = DEPLOY / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
OBJECTS = {
    (each["kind"], each["metadata"]["name"]): each for each in manifests() if "metadata" in each
}
PROCESSES = [each for each in OBJECTS.values() if each["kind"] in ("Deployment", "Job")]
OF_OTHERS = {"ScaledObject", "TriggerAuthentication", "Kustomization"}  # no schema at hand


def pod(process: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = process["spec"]["template"]["spec"]
    return spec


def containers() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for process in PROCESSES:
        spec = pod(process)
        yield from ((spec, each) for each in [*spec.get("initContainers", []), *spec["containers"]])


def variables(container: dict[str, Any]) -> dict[str, str]:
    given = {each["name"]: each["value"] for each in container.get("env", [])}
    for source in container["envFrom"]:
        given |= OBJECTS["ConfigMap", source["configMapRef"]["name"]]["data"]
    return given


def test_kubernetes_knows_every_field() -> None:
    checker = Path(sys.executable).parent / "kubernetes-validate"
    files = [
        file
        for file in sorted(FOLDER.glob("*.yaml"))
        if not {each["kind"] for each in yaml.safe_load_all(file.read_text())} & OF_OTHERS
    ]
    done = subprocess.run([checker, "--strict", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count(" passed ") == len(OBJECTS) - 2


def test_every_file_is_applied_but_the_example_of_the_secrets() -> None:
    files = {file.name for file in FOLDER.glob("*.yaml")}
    unapplied = {"kustomization.yaml", "secrets.example.yaml"}
    assert set(KUSTOMIZATION["resources"]) == files - unapplied


def test_every_pod_is_restricted() -> None:
    for spec, container in containers():
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]


def test_the_user_is_that_of_the_image() -> None:
    [user] = [rest for word, rest in instructions() if word == "USER"]
    for process in PROCESSES:
        context = pod(process)["securityContext"]
        assert f"{context['runAsUser']}:{context['runAsGroup']}" == user


def test_every_command_image_and_variable_is_known() -> None:
    images = {each["name"] for each in KUSTOMIZATION["images"]}
    assert images == {"frameflow-web", "frameflow-worker"}
    for _, container in containers():
        assert container["args"][0] in get_commands()
        assert container["image"] in images
        assert set(variables(container)) <= known_names()


def test_every_secret_that_a_process_reads_is_in_its_own_secret_and_no_other() -> None:
    for spec, container in containers():
        given = variables(container)
        files = {Path(value).name for name, value in given.items() if name.endswith("_FILE")}
        [volume] = [each["secret"] for each in spec["volumes"] if "secret" in each]
        assert set(OBJECTS["Secret", volume["secretName"]]["stringData"]) == files
        mounted = {each["mountPath"] for each in container["volumeMounts"]}
        assert mounted == {"/run/secrets/frameflow", "/tmp"}  # noqa: S108


def test_a_worker_holds_no_key_and_no_schema_of_another() -> None:
    held = OBJECTS["Secret", "frameflow-worker"]["stringData"]
    assert set(held) == {"processing_database_url", "redis_url", "s3_secret_access_key"}
    [worker] = pod(OBJECTS["Deployment", "worker"])["containers"]
    assert variables(worker)["FRAMEFLOW_CONTEXTS"] == "processing"


@pytest.mark.parametrize("name", ["web", "bus", "worker"])
def test_every_probe_is_understood_and_no_shared_part_takes_every_pod_away(name: str) -> None:
    [container] = pod(OBJECTS["Deployment", name])["containers"]
    probes = [probe for key, probe in container.items() if key.endswith("Probe")]
    assert len(probes) == (3 if name == "web" else 2)
    for words in (probe["exec"]["command"] for probe in probes):
        assert words[:3] == ["python", "-m", "frameflow.heartbeat"]
        assert "/readyz" not in words
        asked = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, capture_output=True)
        assert asked.returncode in (0, 1), asked.stderr


def test_a_budget_keeps_some_of_each_and_finds_its_pods() -> None:
    for name in ("web", "bus", "worker"):
        budget = OBJECTS["PodDisruptionBudget", name]["spec"]
        template = OBJECTS["Deployment", name]["spec"]["template"]
        assert budget["selector"]["matchLabels"] == template["metadata"]["labels"]
        assert budget.get("minAvailable", 0) == 1 or budget.get("maxUnavailable") == 1


def test_a_policy_finds_its_pods_and_lets_nobody_in() -> None:
    for name in ("bus", "worker"):
        policy = OBJECTS["NetworkPolicy", name]["spec"]
        template = OBJECTS["Deployment", name]["spec"]["template"]
        assert policy["podSelector"]["matchLabels"] == template["metadata"]["labels"]
        assert "Ingress" in policy["policyTypes"]
        assert "ingress" not in policy
    assert "Egress" in OBJECTS["NetworkPolicy", "worker"]["spec"]["policyTypes"]


def test_the_way_from_outside_leads_to_the_port_of_the_web() -> None:
    [rule] = OBJECTS["Ingress", "web"]["spec"]["rules"]
    [path] = rule["http"]["paths"]
    service = OBJECTS["Service", path["backend"]["service"]["name"]]["spec"]
    [port] = service["ports"]
    assert port["name"] == path["backend"]["service"]["port"]["name"]
    web = OBJECTS["Deployment", "web"]["spec"]["template"]
    assert service["selector"] == web["metadata"]["labels"]
    assert port["targetPort"] in [each["name"] for each in web["spec"]["containers"][0]["ports"]]
    assert rule["host"] in OBJECTS["ConfigMap", "frameflow"]["data"]["ALLOWED_HOSTS"]


def test_a_worker_has_the_time_of_the_longest_run() -> None:
    grace_s = pod(OBJECTS["Deployment", "worker"])["terminationGracePeriodSeconds"]
    assert grace_s > settings.RUN_WALL_CLOCK_S
    assert pod(OBJECTS["Deployment", "web"])["terminationGracePeriodSeconds"] > 25 + 10


def test_the_workers_are_counted_for_a_deployment_that_is_there() -> None:
    scaled = OBJECTS["ScaledObject", "worker"]["spec"]
    assert ("Deployment", scaled["scaleTargetRef"]["name"]) in OBJECTS
    assert "replicas" not in OBJECTS["Deployment", "worker"]["spec"]  # one of them decides
    assert scaled["minReplicaCount"] >= 1
    [trigger] = scaled["triggers"]
    login = OBJECTS["TriggerAuthentication", trigger["authenticationRef"]["name"]]
    [target] = login["spec"]["secretTargetRef"]
    assert target["key"] in OBJECTS["Secret", target["name"]]["stringData"]


@pytest.mark.django_db(databases=["processing"])
def test_the_scaling_counts_what_waits_and_what_runs() -> None:
    [trigger] = OBJECTS["ScaledObject", "worker"]["spec"]["triggers"]
    for state in KEPT:
        ProcessingJob.objects.create(
            extraction_id=uuid4(),
            video_id=uuid4(),
            owner_id=uuid4(),
            extraction_no=1,
            state=state.value,
            lease_until=timezone.now() + timedelta(minutes=1),
        )
    with connections["processing"].cursor() as cursor:
        cursor.execute(trigger["metadata"]["query"])
        assert cursor.fetchone() == (2,)
