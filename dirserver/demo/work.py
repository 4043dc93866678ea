# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sample company does: departments, and what people are called in them, by language."""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Example Corp"
DOMAIN = "example.com"


@dataclass(frozen=True, slots=True)
class Department:
    """One department; ``slug`` names its group, ``code`` is its number, ``weight`` says how large it is beside the others."""

    slug: str
    name: str
    code: str
    weight: int


DEPARTMENTS: tuple[Department, ...] = (
    Department("engineering", "Engineering", "310", 9),
    Department("operations", "Operations", "420", 8),
    Department("sales", "Sales", "510", 8),
    Department("support", "Customer Support", "530", 6),
    Department("logistics", "Logistics", "430", 5),
    Department("research", "Research & Development", "320", 4),
    Department("marketing", "Marketing", "520", 4),
    Department("finance", "Finance", "210", 3),
    Department("it", "IT", "220", 3),
    Department("hr", "Human Resources", "230", 2),
    Department("legal", "Legal", "110", 1),
)

MANAGEMENT = Department("management", "Management", "100", 0)
"""The head of the company and those right below."""

HEAD_TITLES = {
    "es": "Dirección General",
    "pl": "Prezes Zarządu",
    "pt": "Direção-Geral",
    "eo": "Ĝenerala direkcio",
    "de": "Geschäftsführung",
    "en": "Managing Director",
}

LEAD_TITLES = {
    "es": ("Jefatura de departamento", "Coordinación de equipo"),
    "pl": ("Kierownik działu", "Lider zespołu"),
    "pt": ("Direção de departamento", "Coordenação de equipa"),
    "eo": ("Sekciestro", "Teamgvidanto"),
    "de": ("Bereichsleitung", "Teamleitung"),
    "en": ("Head of Department", "Team Lead"),
}

JOB_TITLES: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "engineering": ("Ingeniería de procesos", "Delineante", "Técnico de pruebas"),
        "sales": ("Gestión de cuentas", "Comercial de exportación"),
        "": ("Administración", "Análisis", "Técnico", "Asesoría", "Auxiliar", "Planificación"),
    },
    "pl": {
        "engineering": ("Inżynier procesu", "Konstruktor", "Tester"),
        "sales": ("Opiekun klienta", "Specjalista ds. eksportu"),
        "": ("Specjalista", "Analityk", "Technik", "Doradca", "Księgowość", "Planista"),
    },
    "pt": {
        "engineering": ("Engenharia de processos", "Desenhador", "Técnico de ensaios"),
        "sales": ("Gestão de clientes", "Comercial de exportação"),
        "": ("Administração", "Análise", "Técnico", "Consultoria", "Assistente", "Planeamento"),
    },
    "eo": {
        "engineering": ("Inĝeniero", "Desegnisto", "Provisto"),
        "sales": ("Klientzorganto", "Eksportisto"),
        "": ("Oficisto", "Analizisto", "Teknikisto", "Konsilisto", "Asistanto", "Planisto"),
    },
    "de": {
        "engineering": ("Verfahrenstechnik", "Konstruktion", "Prüfingenieurwesen"),
        "sales": ("Kundenbetreuung", "Vertrieb Übersee"),
        "": ("Sachbearbeitung", "Analyse", "Technik", "Beratung", "Büroassistenz", "Planung"),
    },
    "en": {
        "engineering": ("Process Engineer", "Draughtsperson", "Test Engineer"),
        "sales": ("Account Manager", "Export Representative"),
        "": ("Administrator", "Analyst", "Technician", "Consultant", "Assistant", "Planner"),
    },
}
