# SPDX-License-Identifier: GPL-3.0-or-later
"""How the people of the sample company are called, by language. Common names, joined by chance: any likeness is chance too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language of the company. ``women`` and ``men`` are given names; ``families`` may hold "masculine/feminine" pairs.

    ``families_each``: how many family names a person has. ``double_chance``: how often a second given name follows.
    """

    tag: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    families_each: int = 1
    double_chance: float = 0.0
    hyphen_chance: float = 0.0


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SPANISH = Tongue(
    "es",
    _names(
        """María Carmen Lucía Inés Elena Sofía Nuria Rocío Begoña Pilar Leticia Marina Irene Noelia Amparo Consuelo Sara Paula
        Alba Jimena Ainhoa Estíbaliz Montserrat Candela Vega Lourdes Belén Mónica Verónica Almudena Raquel Ángela Natalia
        Marta Silvia Cristina Yolanda Eulalia Remedios Macarena"""
    ),
    _names(
        """José Antonio Javier Martín Álvaro Íñigo Andrés Rubén Óscar Ángel Julián Tomás Raúl Sergio Adrián Hugo Mateo Gonzalo
        Ramón Joaquín Germán Nicolás Iván Víctor Héctor Simón Matías Fermín Agustín Benjamín César Darío Emilio Fabián Gaspar
        Jordi Unai Lorenzo Rodrigo Salvador"""
    ),
    _names(
        """García Muñoz Núñez Ibáñez Peña Ordóñez Ortega Serrano Cárdenas Domínguez Vázquez Jiménez Gutiérrez Álvarez Castaño
        Rincón Pizarro Valverde Zamora Cebrián Arroyo Bermúdez Cañizares Escudero Fajardo Galindo Herrero Izquierdo Lozano
        Marín Nogales Olmedo Palacios Quintana Robledo Salinas Tejada Urrutia Villalba Yáñez Zúñiga Acuña Beltrán Córdoba
        Duarte Espín Fuentes Gallego Hidalgo Iriarte Jurado Larrañaga Montes Naranjo Ochoa Pardo Quiroga Riquelme Sagasta
        Toledano Ugarte Vidal Zabala Alarcón"""
    ),
    families_each=2,
    double_chance=0.12,
)

POLISH = Tongue(
    "pl",
    _names(
        """Małgorzata Agnieszka Bożena Żaneta Wanda Grażyna Łucja Zofia Halina Jolanta Katarzyna Magdalena Paulina Urszula
        Ewelina Beata Dorota Elżbieta Franciszka Genowefa Hanna Irena Jadwiga Kinga Lidia Mirosława Natalia Oliwia Renata
        Sylwia Teresa Weronika Zuzanna Danuta Anastazja Celina Barbara Maja Róża Stanisława"""
    ),
    _names(
        """Łukasz Paweł Michał Zdzisław Stanisław Błażej Wojciech Krzysztof Grzegorz Jarosław Bartłomiej Czesław Jędrzej Tomasz
        Marek Piotr Rafał Szymon Wiesław Zbigniew Andrzej Bogdan Dariusz Eugeniusz Filip Henryk Ignacy Józef Kazimierz Leszek
        Maciej Norbert Przemysław Radosław Sławomir Tadeusz Witold Wacław Mieczysław Franciszek"""
    ),
    _names(
        """Nowak Wójcik Kowalski/Kowalska Zieliński/Zielińska Wiśniewski/Wiśniewska Dąbrowski/Dąbrowska Kamiński/Kamińska
        Lewandowski/Lewandowska Szymański/Szymańska Woźniak Kozłowski/Kozłowska Jankowski/Jankowska Mazur Krawczyk Wróbel
        Grabowski/Grabowska Pawłowski/Pawłowska Michalski/Michalska Adamczyk Dudek Wieczorek Jabłoński/Jabłońska
        Majewski/Majewska Olszewski/Olszewska Stępień Jaworski/Jaworska Malinowski/Malinowska Pawlak Górski/Górska
        Witkowski/Witkowska Walczak Sikora Rutkowski/Rutkowska Baran Szewczyk Ostrowski/Ostrowska Tomaszewski/Tomaszewska
        Pietrzak Zalewski/Zalewska Wróblewski/Wróblewska Marciniak Jasiński/Jasińska Zawadzki/Zawadzka Bąk Sadowski/Sadowska
        Duda Włodarczyk Wilk Chmielewski/Chmielewska Borkowski/Borkowska Sokołowski/Sokołowska Szczepański/Szczepańska
        Sawicki/Sawicka Kucharski/Kucharska Lis Mazurek Kubiak Kołodziej Kaźmierczak Czarnecki/Czarnecka Konieczny/Konieczna
        Urbański/Urbańska Głowacki/Głowacka Święcicki/Święcicka Brzęczyszczykiewicz Łuczak Ćwik Źródlak Żak Ślusarczyk"""
    ),
    hyphen_chance=0.08,
)

PORTUGUESE = Tongue(
    "pt",
    _names(
        """Conceição Inês Beatriz Mafalda Assunção Débora Catarina Patrícia Júlia Sónia Mónica Lídia Lurdes Graça Leonor Matilde
        Madalena Benedita Constança Íris Eunice Fátima Glória Helena Ivone Joana Luísa Marisa Noémia Olívia Piedade Raquel
        Susana Teresa Vitória Zulmira Anabela Célia Filomena Rosário"""
    ),
    _names(
        """João Gonçalo Simão Tomé Nélson Fábio Vítor Hélder Rúben Flávio Estêvão Damião António Luís Duarte Tiago Rui Nuno
        Henrique Gil Sebastião Salvador Rodrigo Martim Leandro Jaime Isidro Guilherme Fernão Edgar Dinis Cristóvão Baltasar
        Artur Afonso Zacarias Xavier Valentim Ulisses Bernardo"""
    ),
    _names(
        """Teixeira Gonçalves Magalhães Simões Brandão Bragança Falcão Leitão Aragão Patrício Guimarães Vilaça Romão Estêvão
        Assunção Loução Carvalho Figueiredo Moutinho Saraiva Nogueira Quintela Azevedo Barbosa Cardoso Damasceno Esteves
        Furtado Galvão Henriques Infante Jardim Lacerda Macedo Neves Outeiro Peixoto Queirós Rebelo Salgueiro Tavares Uchoa
        Valadão Xavier Zambujo Abrantes Bicudo Calção Durão Espírito Fração Girão Horta Ilhéu Justiça Lampreia Mendonça
        Noronha Paixão Ramalhão Sequeira Trindade"""
    ),
    families_each=2,
    double_chance=0.1,
)

ESPERANTO = Tongue(
    "eo",
    _names(
        """Ĉiela Ĝoja Ŝlosila Ĵana Lumina Espera Amika Blanka Cilia Dorotea Eŭgenia Flora Gracia Heleno Irisa Jolanda Klara Liva
        Mirinda Noela Oriola Paca Rava Serena Tilia Urania Vera Zefira Aŭrora Belinda Kolombeta Danila Ĥloea Floreta Marta
        Rozalia Stela Silvia Tereza Viktorina"""
    ),
    _names(
        """Ĉarlo Ĝorĝo Ŝtefano Ĵoakimo Eŭgeno Jakobo Ludoviko Petro Paŭlo Mikaelo Antono Bruno Karlo Davido Emilo Frederiko
        Gustavo Henriko Ivano Johano Klemento Leono Marko Nikolao Oskaro Rikardo Simono Tomaso Urbano Viktoro Vilhelmo Zakario
        Adamo Benito Cezaro Danielo Erazmo Feliĉo Gregoro Aŭgusto"""
    ),
    _names(
        """Ĉevalido Ŝtonhilo Ĝardeneto Ĵaŭdano Maĥejo Lumturo Esperano Verdakampo Rivereto Montarano Steloj Ventano Forĝisto
        Ĉarpento Muelisto Ŝipano Ĉielarko Birdeto Kverkano Betulo Arbareto Blankaponto Novadomo Pacano Ĝojulo Ruĝaŝtono
        Longavojo Altamonto Fluano Fajrero Neĝejo Printempo Aŭtunano Somero Vintrulo Sunano Lunano Noktulo Matenruĝo Vesperano
        Maristo Insulano Lagano Kamparo Herbejo Floraĵo Rozujo Tilio Pinaro Ŝaftisto Bovisto Tajloro Ŝuisto Panbakisto Ĥoristo
        Kantemo Violono Tamburo Harpisto Ĉasisto"""
    ),
    hyphen_chance=0.05,
)

GERMAN = Tongue(
    "de",
    _names(
        """Bärbel Jördis Käthe Änne Gülşen Heike Sabine Ulrike Anneliese Dörte Frauke Grete Hannelore Ilse Jutta Karla Liselotte
        Margarete Nele Ottilie Petra Renate Swantje Thea Ute Veronika Wiebke Ylva Zora Antje Birgit Clara Dagmar Elfriede
        Franziska Gisela Hedwig Ingrid Katharina Lieselotte"""
    ),
    _names(
        """Jürgen Günther Björn Sören Rüdiger Götz Jörg Müslüm Volker Wolfgang Ansgar Bernd Claus Dietmar Eberhard Friedrich Gerd
        Hartmut Ingo Jens Konrad Lothar Manfred Norbert Otto Peter Ralf Siegfried Thorsten Uwe Veit Werner Yannick Adalbert
        Burkhard Carsten Dierk Enno Falk Gottfried"""
    ),
    _names(
        """Müller Schäfer Köhler Böhm Größmann Weiß Süßkind Jäger Krüger Schröder Lübke Käßmann Öhlert Ünlü Fürstenberg Gläser
        Hübner Kästner Löwe Mühlbauer Nüßlein Pöschl Rößler Sänger Töpfer Vögele Wörner Zähringer Ackermann Brandt Carstens
        Dietrich Eichhorn Fährmann Gerlach Hofstetter Immergut Junghans Kirschbaum Landgraf Meinhardt Niedermayer Oberländer
        Pfeiffer Quandt Reinhardt Steinbrück Thalmann Uhlmann Voßkuhle Wagenknecht Zimmermann Albrecht Bäcker Dörfler
        Engelhardt Falkenstein Grünwald Holzschuh Kühn"""
    ),
    hyphen_chance=0.15,
)

ENGLISH = Tongue(
    "en",
    _names(
        """Grace Chloë Zoë Emily Ava Charlotte Amelia Isla Freya Harriet Imogen Jasmine Kezia Lydia Matilda Nora Olivia Phoebe
        Rosalind Sienna Tabitha Una Violet Winifred Yasmin Zara Abigail Beatrice Cordelia Daphne Eleanor Florence Georgina
        Holly Ivy Josephine Keira Louisa Marigold Niamh"""
    ),
    _names(
        """Thomas Oscar William Sean Callum Rhys Owen Duncan Elliot Fraser Gareth Hamish Isaac Jasper Kieran Liam Marcus
        Nathaniel Oliver Percival Quentin Rupert Samuel Theodore Ulric Vincent Wallace Xander Zachary Alistair Benedict
        Cameron Dominic Edmund Felix Gilbert Hugo Ishaan Jerome Kenneth"""
    ),
    _names(
        """Whitlock O'Connell Fairfax Thistlewood Ashworth Bramley Cartwright Dunmore Eastwood Farnsworth Greenhalgh Hathaway
        Ingleby Jephson Kirkbride Lockwood Merriweather Northcott Ormerod Pemberton Quayle Ravenscroft Shackleton Tattersall
        Underhill Vickers Wainwright Yardley Abernathy Blackwood Cavendish Drummond Ellsworth Fotheringay Garrick Holloway
        Ibbotson Jessop Kettlewell Langley MacAllister Nettleton O'Sullivan Pickering Rutherford Somerville Templeton Upton
        Villiers Westerby Yates Aldridge Beckett Chaudhry Devereux Okafor Patel Fitzgerald Griffiths McTavish"""
    ),
    hyphen_chance=0.12,
)

TONGUES: tuple[Tongue, ...] = (SPANISH, POLISH, PORTUGUESE, ESPERANTO, GERMAN, ENGLISH)
