"""All records the program keeps, in the order their rows should be read by a person."""

from carehub.domain.activities import Activity, Attendance, Patrol, PatrolSheet, Pledge
from carehub.domain.agreements import CareAgreement
from carehub.domain.aid import (
    AidAmount,
    AidCategory,
    AidGrant,
    AidProgramme,
    AuditCall,
    AuditSample,
    Payment,
    PaymentBatch,
)
from carehub.domain.assessments import Assessment
from carehub.domain.attachments import Attachment
from carehub.domain.care import ChildSheet, Pairing, Visit
from carehub.domain.custom import CustomAnswer, CustomQuestion
from carehub.domain.giving import Award
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.office import AccessSummary, Site, User
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.protection import Consent, Incident, Talk
from carehub.domain.record import Record
from carehub.domain.school import BoardingPlace

RECORDS: dict[str, type[Record]] = {
    r.__tablename__: r
    for r in (
        Site,
        User,
        AccessSummary,
        Child,
        FamilyMember,
        Volunteer,
        Pairing,
        CareAgreement,
        Assessment,
        Visit,
        ChildSheet,
        BoardingPlace,
        Consent,
        Talk,
        Incident,
        Activity,
        Attendance,
        Pledge,
        PatrolSheet,
        Patrol,
        JointMeeting,
        Resolution,
        AidCategory,
        AidProgramme,
        AidAmount,
        AidGrant,
        PaymentBatch,
        Payment,
        AuditSample,
        AuditCall,
        Award,
        CustomQuestion,
        CustomAnswer,
        Attachment,
    )
}
"""Glossary name → record. A new record is added here once; everything generic follows."""
