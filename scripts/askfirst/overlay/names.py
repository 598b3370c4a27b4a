"""Short hand-written lists: everyone and every place here is made up."""

FIRST_NAMES = (
    "Ada", "Aino", "Amal", "Anna", "Arjun", "Bea", "Ben", "Carla", "Chidi", "Clara", "Dario", "Ebba", "Elif", "Emil",
    "Eva", "Farid", "Finn", "Greta", "Hana", "Hugo", "Ida", "Ines", "Jan", "Jonas", "Kaito", "Karin", "Lars", "Lea",
    "Lena", "Luis", "Mara", "Marek", "Mei", "Mina", "Nils", "Nora", "Olga", "Omar", "Paula", "Pia", "Rafael", "Rosa",
    "Samir", "Sina", "Theo", "Tilda", "Uma", "Vera", "Yara", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abel", "Adler", "Bauer", "Berg", "Blum", "Brandt", "Costa", "Dahl", "Diallo", "Duran", "Ekman", "Falk", "Fischer",
    "Garcia", "Haas", "Hansen", "Ito", "Jansen", "Kaya", "Keller", "Khan", "Lang", "Lind", "Lopez", "Marin", "Meyer",
    "Moreau", "Nagy", "Novak", "Okoro", "Olsen", "Petit", "Quist", "Rao", "Richter", "Rossi", "Sato", "Schmidt",
    "Silva", "Stein", "Torres", "Ulrich", "Vogel", "Weber", "Wolf", "Yilmaz", "Zimmer",
)  # fmt: skip
STREETS = (
    "Alder Row", "Baker Lane", "Cherry Walk", "Dock Street", "Elm Rise", "Ferry Road", "Garden Close", "Harbour View",
    "Ivy Mews", "Juniper Way", "Kiln Street", "Linden Court", "Mill Lane", "North Gate", "Orchard Path",
)  # fmt: skip
TOWNS = (
    ("00101", "Samplebury"), ("00102", "Exampleton"), ("00103", "Nowhere-on-Sea"), ("00104", "Mockford"),
    ("00105", "Testingham"), ("00106", "Little Fixture"),
)  # fmt: skip
JURISDICTIONS = ("DE", "DE", "DE", "FR", "FR", "AT", "NL", "US-CA", "US-NY", "")
HOMES = ("owner", "renter", "owner", "renter", "probably owner", "probably renter", "", "")
