"""The language of a text: a sentence or two in each of the news's languages, and silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.language import identify

SENTENCES = {
    "en": "The mayor said on Monday that the road along the coast would be open again by the end of the week.",
    "de": "Der Bürgermeister sagte am Montag, dass die Straße an der Küste bis zum Ende der Woche wieder frei sein werde.",
    "fr": "Le maire a dit lundi que la route qui longe la côte serait de nouveau ouverte avant la fin de la semaine.",
    "es": "El alcalde dijo el lunes que la carretera de la costa estará abierta de nuevo antes del fin de semana.",
    "pt": "O prefeito disse na segunda-feira que a estrada do litoral não será aberta até o fim da semana.",
    "it": "Il sindaco ha detto lunedì che la strada lungo la costa sarà di nuovo aperta entro la fine della settimana.",
    "nl": "De burgemeester zei maandag dat de weg langs de kust voor het einde van de week weer open zal zijn.",
    "sv": "Borgmästaren sade på måndagen att vägen längs kusten ska vara öppen igen före veckans slut och inte senare.",
    "no": "Ordføreren sa mandag at veien langs kysten skal være åpen igjen før slutten av uken, men ikke for lastebiler. Hva som skjer etter det, er ikke bestemt.",
    "da": "Borgmesteren sagde mandag, at vejen langs kysten igen vil være åben inden ugens udgang, men ikke for lastbiler. Hvad der sker efter det, er ikke besluttet af byen.",
    "fi": "Pormestari sanoi maanantaina, että tie rannikolla on taas auki ennen viikon loppua, mutta ei kuorma-autoille.",
    "is": "Borgarstjórinn sagði á mánudag að vegurinn við ströndina verði opinn fyrir lok vikunnar en ekki fyrr.",
    "pl": "Burmistrz powiedział w poniedziałek, że droga nad morzem będzie znów otwarta przed końcem tygodnia, ale nie dla ciężarówek.",
    "cs": "Starosta v pondělí řekl, že silnice podél pobřeží bude znovu otevřena před koncem týdne, ale ne pro nákladní auta.",
    "sk": "Starosta v pondelok povedal, že cesta pri pobreží bude opäť otvorená pred koncom týždňa, ale nie pre nákladné autá.",
    "hu": "A polgármester hétfőn azt mondta, hogy a parti út a hét végéig újra nyitva lesz, de nem a teherautóknak.",
    "ro": "Primarul a spus luni că drumul de pe coastă va fi din nou deschis până la sfârșitul săptămânii, dar nu și pentru camioane.",
    "hr": "Gradonačelnik je u ponedjeljak rekao da će cesta uz obalu biti otvorena prije kraja tjedna, tijekom kojeg se također čeka kiša.",
    "sl": "Župan je v ponedeljek dejal, da bo cesta ob obali spet odprta pred koncem tedna, vendar ne za tovornjake, ki so težki.",
    "lt": "Meras pirmadienį sakė, kad kelias palei pajūrį bus vėl atidarytas iki savaitės pabaigos, bet ne sunkvežimiams.",
    "lv": "Mērs pirmdien teica, ka ceļš gar piekrasti būs atkal atvērts līdz nedēļas beigām, bet ne kravas automašīnām.",
    "et": "Linnapea ütles esmaspäeval, et rannikuäärne tee on enne nädala lõppu jälle avatud, kuid mitte veoautodele, mis on rasked.",
    "tr": "Belediye başkanı pazartesi günü sahil yolunun hafta sonundan önce yeniden açılacağını söyledi, ancak bu kamyonlar için değil.",
    "id": "Wali kota mengatakan pada hari Senin bahwa jalan di sepanjang pantai akan dibuka lagi sebelum akhir pekan, tetapi tidak untuk truk.",
    "tl": "Sinabi ng alkalde noong Lunes na ang kalsada sa baybayin ay bubuksan muli bago matapos ang linggo, ngunit hindi para sa mga trak.",
    "sw": "Meya alisema Jumatatu kwamba barabara ya pwani itafunguliwa tena kabla ya mwisho wa wiki, lakini si kwa malori.",
    "vi": "Thị trưởng cho biết hôm thứ Hai rằng con đường ven biển sẽ được mở lại trước cuối tuần, nhưng không cho xe tải.",
    "ca": "L'alcalde va dir dilluns que la carretera de la costa serà oberta de nou abans del cap de setmana, però no per als camions.",
    "ru": "Мэр заявил в понедельник, что дорога вдоль побережья будет снова открыта до конца недели, но не для грузовиков.",
    "uk": "Мер заявив у понеділок, що дорога вздовж узбережжя буде знову відкрита до кінця тижня, але не для вантажівок.",
    "bg": "Кметът каза в понеделник, че пътят край брега ще бъде отново отворен до края на седмицата, но не и за камиони.",
    "el": "Ο δήμαρχος είπε τη Δευτέρα ότι ο παραλιακός δρόμος θα ανοίξει ξανά πριν από το τέλος της εβδομάδας.",
    "ar": "قال رئيس البلدية يوم الاثنين إن الطريق الساحلي سيفتح من جديد قبل نهاية الأسبوع، ولكن ليس أمام الشاحنات.",
    "fa": "شهردار روز دوشنبه گفت که جاده ساحلی تا پایان هفته دوباره باز می شود، اما برای کامیون ها باز نیست.",
    "ur": "میئر نے پیر کو کہا کہ ساحل کی سڑک ہفتے کے آخر سے پہلے دوبارہ کھول دی جائے گی اور یہ ٹرکوں کے لیے نہیں ہے۔",
    "he": "ראש העיר אמר ביום שני כי הכביש לאורך החוף ייפתח מחדש לפני סוף השבוע.",
    "hi": "महापौर ने सोमवार को कहा कि तट की सड़क सप्ताह के अंत से पहले फिर से खोल दी जाएगी।",
    "mr": "महापौरांनी सोमवारी सांगितले की किनाऱ्यावरचा रस्ता आठवड्याच्या शेवटी पुन्हा सुरू होणार आहे आणि ते काम पूर्ण झाले आहे.",
    "bn": "মেয়র সোমবার বলেছেন যে উপকূলের সড়কটি সপ্তাহের শেষের আগে আবার খুলে দেওয়া হবে।",
    "gu": "મેયરે સોમવારે કહ્યું કે દરિયાકાંઠાનો રસ્તો અઠવાડિયાના અંત પહેલા ફરી ખુલશે.",
    "ta": "கடற்கரைச் சாலை வார இறுதிக்குள் மீண்டும் திறக்கப்படும் என்று மேயர் திங்கள்கிழமை கூறினார்.",
    "th": "นายกเทศมนตรีกล่าวเมื่อวันจันทร์ว่าถนนเลียบชายฝั่งจะเปิดอีกครั้งก่อนสิ้นสัปดาห์",
    "ka": "მერმა ორშაბათს განაცხადა, რომ სანაპირო გზა კვირის ბოლომდე კვლავ გაიხსნება.",
    "hy": "Քաղաքապետը երկուշաբթի ասաց, որ ափամերձ ճանապարհը կբացվի մինչև շաբաթվա վերջ։",
    "ja": "市長は月曜日、海岸沿いの道路が週末までに再び開通すると述べた。",
    "zh": "市长星期一表示，沿海公路将在周末前重新开放，但不对卡车开放。",
    "ko": "시장은 월요일 해안 도로가 주말 전에 다시 개통될 것이라고 말했다.",
}  # fmt: skip


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items())
def test_identify(language: str, sentence: str) -> None:
    assert identify(sentence) == language


def test_the_text_comes_before_the_hint() -> None:
    assert identify(SENTENCES["de"], "en") == "de"


@pytest.mark.parametrize(
    ("hint", "language"),
    [("de-DE", "de"), ("FR", "fr"), ("x", "x"), ("12", None), ("", None), (None, None)],
)
def test_the_hint_speaks_where_the_text_is_silent(hint: str | None, language: str | None) -> None:
    assert identify("12:30 – 14", hint) == (language if language != "x" else None)


def test_names_in_another_script_do_not_decide() -> None:
    text = SENTENCES["en"] + " 東京 Москва " + SENTENCES["en"]
    assert identify(text) == "en"


def test_kana_make_it_japanese_among_many_han() -> None:
    assert identify("日本銀行金融政策決定会合、政策金利引上を決定した。市場関係者注目。") == "ja"


@given(st.text(max_size=300), st.none() | st.text(max_size=5))
def test_any_text_has_a_language_or_none(text: str, hint: str | None) -> None:
    found = identify(text, hint)
    assert found is None or (found.isalpha() and found == found.lower() and 2 <= len(found) <= 3)


def test_the_compiled_walk_scores_as_the_model_does() -> None:
    from py3langid.langid import _load_identifier

    from transforms.language_model import load_model

    ours, theirs = load_model(), _load_identifier(norm_probs=True)
    for text in (*SENTENCES.values(), "", "x", "12 %", "BREAKING NEWS", "🙂"):
        assert ours.classify(text) == theirs.classify(text)


def test_an_emoji_is_no_letter() -> None:
    assert identify("🙂the🙂and🙂of the🙂that was🙂with🙂 they were") == "en"


@pytest.mark.parametrize(
    ("text", "around", "want"),
    [
        pytest.param("Konami Code Creator Kazuhisa Hashimoto Has Died", "en", "en", id="no word says"),
        pytest.param("Wie der Hafen und die Stadt sich nicht mehr auf die Schiffe verlassen", "en", "de", id="its words say another"),
        pytest.param("Фото Волочковой восхитило фанатов", "ru", "ru", id="the script is the page's"),
        pytest.param("札幌で初雪、平年より三日早く", "en", "ja", id="a script of its own"),
    ],
)  # fmt: skip
def test_a_short_text_is_in_the_language_around_it(text: str, around: str, want: str) -> None:
    assert identify(text, None, around) == want


@pytest.mark.parametrize(
    ("text", "around"),
    [
        pytest.param("Фото Волочковой восхитило фанатов", "en", id="Cyrillic on an English page"),
        pytest.param("Microsoft Windows Server Preview", "ru", id="Latin on a Russian page"),
        pytest.param("Konami Code Creator Kazuhisa Hashimoto", "xx", id="a language without words"),
    ],
)
def test_the_language_around_a_text_of_another_script_says_nothing(text: str, around: str) -> None:
    assert identify(text, None, around) == identify(text)
