"""The feed's document (OpenAPI 3.1), made from its models: what may be sent, and every answer."""

from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from core.feed import BadKey
from core.submissions import KINDS

PATH, DOCUMENT = "/api/intake", "/api/openapi.json"
LARGEST = 64 * 1024
KEY_PATTERN = r"^[A-Za-z0-9_-]{8,100}$"
PROBLEM, JSON = "application/problem+json", "application/json"
_REF = "#/components/schemas/{model}"


class Received(BaseModel):
    """It was received, and by when it is answered; no date where no answer is promised."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["complaint", "comment", "compliment", "escalation"]
    request_no: str = Field(examples=["09461550"])
    respond_by: str | None = Field(json_schema_extra={"format": "date"})


class Wrong(BaseModel):
    """A field, if it is one of ours, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid")

    field: str | None
    problem: str


class Problem(BaseModel):
    """What is wrong, in one sentence (RFC 9457). Nothing that was sent is repeated."""

    model_config = ConfigDict(extra="forbid")

    title: str
    status: int
    detail: str
    errors: list[Wrong] = []


PROBLEMS = {
    400: "The body is not JSON, or the idempotency key is missing.",
    401: "The token is missing, unknown, expired or revoked.",
    403: "The token is not for feedback of this kind, or a page of elsewhere asked.",
    405: "Only POST.",
    409: "The idempotency key was used for something else, or the complaint cannot be escalated now.",
    413: f"The body has more than {LARGEST} bytes.",
    415: "The body is not application/json.",
    422: "What was sent does not fit; or no complaint can be escalated with that request number and contact.",
    429: "Too often, or too many attempts: wait as long as Retry-After says.",
    500: "An error of ours; the number in it finds it in our log.",
    503: "The database is away: nothing was received, try again with the same key.",
}
_WAITS = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}}, 405: {"Allow": {"schema": {"type": "string"}}}, 429: _WAITS, 503: _WAITS,
}  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    models: tuple[type[BaseModel], ...] = (*KINDS, Received, Problem)
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": "311 Toronto feedback intake", "version": "1", "description": "The online form's feed."},
        "paths": {PATH: {"post": _post()}},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "python -m core token issue CLIENT"}
            },
        },
    }


def _post() -> dict[str, Any]:
    names = [model.__name__ for model in KINDS]
    kinds = {name.lower(): _ref(name) for name in names}
    body = {
        "oneOf": [{"$ref": ref} for ref in kinds.values()],
        "discriminator": {"propertyName": "kind", "mapping": kinds},
    }
    return {
        "operationId": "receive",
        "summary": "Receives a complaint, comment, compliment or escalation.",
        "security": [{"token": []}],
        "parameters": [{"name": "Idempotency-Key", "in": "header", "required": True, "description": " ".join((BadKey.__doc__ or "").split()),
                        "schema": {"type": "string", "pattern": KEY_PATTERN}}],
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "responses": {"201": _answer("It was received.", JSON, "Received"),
                      **{str(status): _answer(why, PROBLEM, "Problem") | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
                         for status, why in PROBLEMS.items()}},
    }  # fmt: skip


def _ref(name: str) -> str:
    return _REF.format(model=name)


def _answer(why: str, kind: str, model: str) -> dict[str, Any]:
    return {"description": why, "content": {kind: {"schema": {"$ref": _ref(model)}}}}
