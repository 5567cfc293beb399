"""The forms of the place Aid."""

from datetime import date

from carehub.domain.aid import AidGrant, AuditCall, AuditSample, Payment, PaymentBatch
from carehub.domain.facts import Fact, Kind
from carehub.domain.money import yuan
from carehub.domain.texts import mark
from carehub.gui.aid.action import ActionPage
from carehub.gui.forms import Form
from carehub.gui.generic import FormPage
from carehub.services import audits, payments, records
from carehub.store.store import Touched

GRANT_NO = Fact(mark("Document number of the grant"), Kind.TEXT, length=60, help=mark("May stay empty"))
ABOUT_PAYMENT = mark("Payment to {name}, {amount} yuan")
NUMBER_OF = mark("{lot}, drawn on {day}: type in the whole number as it was published.")
PLAN_HINT = mark(
    "Rate, method and the public draw are fixed with this. The draw must still be to come; its number decides who is "
    "called."
)


class GrantFormPage(FormPage):
    """Money that came in."""

    record = AidGrant


class BatchFormPage(FormPage):
    """A new payment batch."""

    record = PaymentBatch

    def make_form(self) -> Form:
        fields = ("programme", "term", "paid_on", "source", "voucher_no", "remark")
        return Form(
            self.record, self.texts, self.desk.codes, self.theme, fields=fields, extra={"grant": GRANT_NO}
        )  # fmt: skip

    def store(self) -> Touched:
        return payments.open_batch(self.desk, self.form.values())[1]


class PayPage(ActionPage):
    """One payment for an open batch."""

    record = Payment
    address = "aid-pay"
    titled = mark("Add a payment")
    own = ("name", "identity_no", "school", "grade", "class_name", "amount_fen", "account", "remark")

    def act(self, values: dict[str, object]) -> Touched:
        return payments.add(self.desk, self.of, [values])[1]


class SignPage(ActionPage):
    """Who signed for a payment."""

    record = Payment
    address = "aid-sign"
    titled = mark("Type in the signature")
    extra = {
        "name": Fact(mark("Signed by"), Kind.NAME, required=True, length=50),
        "relation": Fact(mark("Relation"), Kind.CHOICE, codes="relation"),
        "day": Fact(mark("Signed on"), Kind.DATE, required=True, past=True),
    }

    def about(self) -> str:
        return payment_words(self)

    def start(self) -> dict[str, object]:
        return {"name": records.get(self.desk, Payment, self.of).name, "day": date.today()}

    def act(self, values: dict[str, object]) -> Touched:
        day = values["day"]
        assert isinstance(day, date)
        return payments.sign(self.desk, self.of, str(values["name"]), str(values["relation"] or ""), day)[1]


class CorrectPage(ActionPage):
    """A payment put right by a further row."""

    record = Payment
    address = "aid-correct"
    titled = mark("Put a payment right")
    extra = {
        "amount": Fact(mark("What it should be"), Kind.MONEY, unit=mark("yuan"), required=True,
                       help=mark("0 takes the payment back")),
        "reason": Fact(mark("Reason"), Kind.TEXT, required=True, length=200),
    }  # fmt: skip

    def about(self) -> str:
        return payment_words(self)

    def act(self, values: dict[str, object]) -> Touched:
        fen = values["amount"]
        assert isinstance(fen, int)
        return payments.correct(self.desk, self.of, yuan(fen), str(values["reason"]))[1]


def payment_words(page: ActionPage) -> str:
    """Which payment a step is about."""
    payment = records.get(page.desk, Payment, page.of)
    return page.texts(ABOUT_PAYMENT, name=payment.name or "", amount=yuan(payment.amount_fen or 0))


class SamplePlanPage(ActionPage):
    """The draw from a closed batch, planned."""

    record = AuditSample
    address = "audit-plan"
    titled = mark("Plan the audit sample")
    extra = {
        "rate": Fact(mark("Rate"), Kind.CHOICE, codes="audit_rate", required=True),
        "method": Fact(mark("Method"), Kind.CHOICE, codes="audit_method", required=True),
        "lot": Fact(mark("Public draw"), Kind.TEXT, required=True, length=100, help=mark("Like 双色球 2026136期")),
        "lot_on": Fact(mark("Day of the public draw"), Kind.DATE, required=True, help=mark("A day after today")),
    }  # fmt: skip

    def about(self) -> str:
        return self.texts(PLAN_HINT)

    def start(self) -> dict[str, object]:
        return {"rate": "50", "method": "by_school"}

    def act(self, values: dict[str, object]) -> Touched:
        rate, day = str(values["rate"]), values["lot_on"]
        assert isinstance(day, date)
        return audits.plan(self.desk, self.of, int(rate), str(values["method"]), str(values["lot"]), day)[1]


class NumberPage(ActionPage):
    """The number of the public draw."""

    record = AuditSample
    address = "audit-number"
    titled = mark("Draw the sample")
    extra = {"number": Fact(mark("Number drawn"), Kind.TEXT, required=True, length=100)}

    def about(self) -> str:
        sample = records.get(self.desk, AuditSample, self.of)
        return self.texts(NUMBER_OF, lot=sample.lot or "", day=sample.lot_on or "")

    def act(self, values: dict[str, object]) -> Touched:
        return audits.draw(self.desk, self.of, str(values["number"]))[1]


class AnswerPage(ActionPage):
    """What a call found."""

    record = AuditCall
    address = "audit-answer"
    titled = mark("Type in a call")
    own = ("received_fen", "satisfaction", "answered_by", "relation", "remark")

    def about(self) -> str:
        return call_words(self)

    def act(self, values: dict[str, object]) -> Touched:
        return audits.answer(self.desk, self.of, values)[1]


class ExplainPage(ActionPage):
    """How a difference came about."""

    record = AuditCall
    address = "audit-explain"
    titled = mark("Explain a difference")
    extra = {"words": Fact(mark("Why the amounts differ"), Kind.LONG, required=True, length=4000)}

    def about(self) -> str:
        return call_words(self)

    def act(self, values: dict[str, object]) -> Touched:
        return audits.explain(self.desk, self.of, str(values["words"]))[1]


def call_words(page: ActionPage) -> str:
    """Whom a call is about."""
    call = records.get(page.desk, AuditCall, page.of)
    payment = records.get(page.desk, Payment, call.payment_id or "")
    return f"{call.place}　{payment.name or ''}　{payment.school or ''}"
