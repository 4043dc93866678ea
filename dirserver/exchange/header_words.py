# SPDX-License-Identifier: GPL-3.0-or-later
"""The headers of other programs' lists, by what they mean: Outlook's in the languages of its users, Google's, Thunderbird's, Numbers'.

Outlook names its columns in the language of Windows, and no two languages alike ("Calle del trabajo", "Adres służbowy - ulica"). Written
here without accents and capitals, as ``model.fold`` leaves them, and without the number of a second one ("E-mail 2 Address").
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "givenName": "first name|forename|vorname|nombre|nombre de pila|imie|nome|nome proprio|primeiro nome|prenom|"
        "nomo|persona nomo|antaunomo|"
        "nome di battesimo|voornaam",
        "sn": "last name|family name|nachname|familienname|apellidos|apellido|primer apellido|nazwisko|apelido|"
        "sobrenome|nom|nom de famille|"
        "familia nomo|cognome|achternaam",
        "cn": "name|full name|nombre completo|nombre y apellidos|nome completo|file as|imie i nazwisko|"
        "vollstandiger name|nom complet|plena nomo",
        "middleName": "middle name|segundo nombre|drugie imie|segundo nome|nome do meio|weitere vornamen|zweiter vorname|deuxieme prenom|"
        "autres prenoms|dua nomo",
        "generationQualifier": "suffix|name suffix|sufijo|sufiks|sufixo|suffixe|namenszusatz",
        "personalTitle": "prefix|name prefix|salutation|tratamiento|tytul|titulo|anrede|titre",
        "initials": "iniciales|inicjaly|initialen|iniciais|initiales|inicialoj",
        "nickname": "apodo|przydomek|alcunha|apelido carinhoso|spitzname|surnom|kromnomo",
        "phoneticGivenName": "given yomi|given name yomi",
        "phoneticSn": "surname yomi|family name yomi",
        "mail": "e-mail|e-mails|emails|mails|e-mail address|primary email|business email|work email|correo|correo electronico|"
        "direccion de correo|direccion de correo electronico|direccion del correo electronico|adres e-mail|adres email|adres poczty e-mail|"
        "endereco de email|endereco de e-mail|endereco de correio electronico|endereco de correio eletronico|correio electronico|"
        "correio eletronico|e-mail-adresse|e-mail: adresse|adresse de messagerie|adresse e-mail|courriel|retposto|retpostadreso|retadreso|"
        "indirizzo di posta elettronica|e-mailadres",
        "mozillaSecondEmail": "secondary email|private email|private e-mail|personal email|home email|correo personal|correo particular|"
        "e-mail prywatny|prywatny e-mail|email pessoal|e-mail pessoal|email particular|hejma retposto",
        "telephoneNumber": "business phone|work phone|phone|phones|phone number|telephone|telephone number|tel|tel.|"
        "telefono|telefon|telefone|"
        "company main phone|other phone|telefono del trabajo|telefono de trabajo|telefono trabajo|telefono principal|otro telefono|"
        "telefon sluzbowy|telefon glowny|inny telefon|telefone da empresa|telefone comercial|telefone do trabalho|telefone principal|"
        "outro telefone|telefon geschaftlich|haupttelefon|weiteres telefon|telephone (bureau)|telephone bureau|telephone principal|"
        "autre telephone|labora telefono",
        "mobile": "mobile phone|mobile number|mobile tel|cell|movil|telefono movil|numero de telefono movil|celular|"
        "telefono celular|komorka|"
        "telefon komorkowy|tel. komorkowy|telemovel|telefone celular|handy|mobiltelefon|mobil|tel. mobile|telephone mobile|portable|"
        "postelefono|postelefona numero|cellulare",
        "homePhone": "home phone|particular|telefono particular|telefono de casa|telefono del domicilio|telefon domowy|telefone de casa|"
        "telefone residencial|telefone particular|telefon privat|telephone (domicile)|telephone domicile|hejma telefono",
        "facsimileTelephoneNumber": "business fax|fax number|fax del trabajo|fax de trabajo|faks|faks sluzbowy|numer faksu|fax da empresa|"
        "fax comercial|fax geschaftlich|telecopie|telecopie (bureau)|fakso|labora fakso",
        "homeFacsimileTelephoneNumber": "home fax|fax particular|fax del domicilio|faks domowy|fax de casa|fax residencial|fax privat|"
        "telecopie (domicile)|hejma fakso",
        "pager": "pager number|localizador|buscapersonas",
        "o": "organization name|empresa|organizacion|compania|firma|przedsiebiorstwo|organizacja|companhia|organizacao|unternehmen|societe|"
        "entreprise|firmo|firmao|kompanio|organizo|azienda|bedrijf",
        "title": "organization title|job|cargo|puesto|puesto de trabajo|stanowisko|funcao|position|fonction|poste|posteno|ofico",
        "ou": "organization department|departamento|dzial|abteilung|service|departement|fako|sekcio",
        "manager": "manager's name|manager e-mail|manager mail|nombre del director|imie i nazwisko menedzera|name des/der vorgesetzten|"
        "nome do gestor|nom du responsable|estro",
        "secretary": "assistant's name|nombre del ayudante|imie i nazwisko asystenta|name assistent|nome do assistente|nom de l'assistant",
        "physicalDeliveryOfficeName": "office location|ubicacion de la oficina|lokalizacja biura|buro|"
        "localizacao do escritorio|bureau|oficejo",
        "employeeNumber": "numero de empleado|numer pracownika|numero de funcionario|personalnummer",
        "preferredLanguage": "idioma|jezyk|sprache|langue|lingvo",
        "gender": "sexo|plec|genero|geschlecht|sexe|sekso",
        "labeledURI": "web page|website|web|homepage|www|pagina web|sitio web|strona www|strona sieci web|strona internetowa|pagina da web|"
        "webseite|site web|page web|retejo|retpago",
        "mozillaHomeUrl": "personal web page",
        "categories": "labels|group membership|label|groups|etiquetas|etiqueta|etykiety|etykieta|tags|categorias|categoria|"
        "kategorie|kategorien|categorie|etikedoj|grupos|grupy|grupoj",
        "description": "notas|notatki|uwagi|notizen|bemerkungen|observacoes|observaciones|comentarios|remarques|notoj",
        "birthDate": "date of birth|cumpleanos|fecha de nacimiento|urodziny|data urodzenia|data de nascimento|geburtstag|geburtsdatum|"
        "anniversaire|date de naissance|naskigtago|naskigdato",
        "anniversary": "rocznica|jahrestag|hochzeitstag|aniversario de boda|aniversario de casamento|datreveno",
        "street": "business street|work address|address|direccion|calle|calle del trabajo|calle de trabajo|adres|ulica|"
        "adres sluzbowy - ulica|adres sluzbowy ulica|morada|endereco|rua|rua da empresa|rua do endereco comercial|endereco comercial - rua|"
        "strasse geschaftlich|strasse|adresse|rue|rue (bureau)|strato|labora strato",
        "postOfficeBox": "business address po box|post office box|apartado postal|skrytka pocztowa|postfach|boite postale",
        "l": "business city|work city|town|ciudad|ciudad del trabajo|ciudad de trabajo|localidad|poblacion|miasto|miejscowosc|"
        "adres sluzbowy - miejscowosc|cidade|cidade da empresa|cidade do endereco comercial|"
        "endereco comercial - cidade|localidade|ort|stadt|"
        "ort geschaftlich|ville|ville (bureau)|urbo|labora urbo",
        "st": "business state|work state|provincia|provincia o estado de trabajo|provincia o estado del trabajo|wojewodztwo|"
        "adres sluzbowy - wojewodztwo|distrito|estado|region geschaftlich|bundesland|bundesland/kanton geschaftlich|"
        "dep/region (bureau)|provinco",
        "postalCode": "business postal code|work zipcode|work zip|zip code|post code|codigo postal|codigo postal del trabajo|"
        "codigo postal de trabajo|kod pocztowy|adres sluzbowy - kod pocztowy|codigo postal da empresa|codigo postal do endereco comercial|"
        "cep|postleitzahl|plz|postleitzahl geschaftlich|code postal|code postal (bureau)|postkodo",
        "co": "business country/region|business country|work country|pais|pais o region del trabajo|pais o region de trabajo|kraj|"
        "adres sluzbowy - kraj/region|adres sluzbowy - kraj|pais/regiao da empresa|pais/regiao do endereco comercial|land|"
        "land/region geschaftlich|pays|pays/region (bureau)|lando",
        "mozillaHomeStreet": "home street|home address|calle del domicilio|calle particular|adres domowy - ulica|rua de casa|"
        "rua da residencia|rua residencial|strasse privat|rue (domicile)|hejma strato",
        "mozillaHomeLocalityName": "home city|ciudad del domicilio|ciudad de residencia|adres domowy - miejscowosc|cidade de casa|"
        "cidade residencial|ort privat|ville (domicile)|hejma urbo",
        "mozillaHomeState": "home state|provincia o estado del domicilio|provincia o estado de residencia|adres domowy - wojewodztwo|"
        "region privat|bundesland/kanton privat|dep/region (domicile)",
        "mozillaHomePostalCode": "home postal code|home zipcode|codigo postal del domicilio|adres domowy - kod pocztowy|"
        "codigo postal de casa|postleitzahl privat|code postal (domicile)",
        "mozillaHomeCountryName": "home country/region|home country|pais o region del domicilio|adres domowy - kraj/region|"
        "adres domowy - kraj|pais/regiao de casa|land/region privat|pays/region (domicile)",
    }
)
"""Attribute -> headers, parted by "|"."""
