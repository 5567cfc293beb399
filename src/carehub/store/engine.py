"""Opening the SQLCipher file. The only module that knows the driver."""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark

DatabaseError = sqlcipher.DatabaseError

DAMAGED = mark(
    "The store's file cannot be read: the key does not fit or the file is damaged. Nothing was changed. "
    "Please restore the last backup."
)

DISK_FAILED = mark(
    "The disk did not take the data (full, removed or write-protected). Nothing was saved half; what was saved "
    "before is safe. Please make room and try again."
)
BUSY = mark("Something else is being saved just now. Please wait a moment and try again; nothing was lost.")
_DAMAGE = ("malformed", "not a database")
_DISK = ("disk", "full", "readonly", "I/O", "unable to open")


def told_in_words(error: Exception) -> StoreError | None:
    """A failure of file or disk as a sentence; None for faults in our own statements."""
    told = str(getattr(error, "orig", error))
    if "locked" in told:
        return StoreError(BUSY)
    if any(sign in told for sign in _DAMAGE):
        return StoreError(DAMAGED)
    return StoreError(DISK_FAILED) if any(sign in told for sign in _DISK) else None


_PRAGMAS = (
    "PRAGMA cipher_memory_security = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -64000",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA secure_delete = ON",  # SQLCipher does so by itself; erasing relies on it, so it is said here
    "PRAGMA wal_autocheckpoint = 10000",  # 40 MB: a merge of many bundles writes the same pages home once
)


def connect(path: Path, key: bytes) -> sqlcipher.Connection:
    """A connection to an encrypted file with its raw 256-bit key. Raises `StoreError` if the key does not fit or
    the first page is damaged."""
    connection = sqlcipher.connect(path, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # what is wrong is said in a sentence, not on stderr
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master")
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlcipher.DatabaseError as error:
        connection.close()
        raise told_in_words(error) or StoreError(DAMAGED) from None
    return connection


def new_copy(path: Path, key: bytes) -> sqlcipher.Connection:
    """A connection to a new file that is to become a copy of a store. It keeps no journal: what fails is thrown away
    whole. And it needs nothing of the disk that a stick may not give."""
    return _plain(str(path), key, "PRAGMA journal_mode = OFF", "PRAGMA synchronous = FULL", uri=False)


def kept_copy(path: Path, key: bytes) -> sqlcipher.Connection:
    """A connection to a copy nobody works on: reads, writes nothing, makes no file beside it. Raises `StoreError` if
    the key does not fit or the first page is damaged."""
    return _plain(f"{path.absolute().as_uri()}?mode=ro&immutable=1", key, uri=True)


def _plain(path: str, key: bytes, *pragmas: str, uri: bool) -> sqlcipher.Connection:
    try:
        connection = sqlcipher.connect(path, check_same_thread=False, isolation_level=None, uri=uri)
    except sqlcipher.DatabaseError as error:
        raise told_in_words(error) or StoreError(DAMAGED) from None
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_memory_security = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        for pragma in pragmas:
            connection.execute(pragma)
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlcipher.DatabaseError as error:
        connection.close()
        raise told_in_words(error) or StoreError(DAMAGED) from None
    return connection


def engine(path: Path, key: bytes) -> Engine:
    """An engine for one store. With the execution option `write`, a transaction begins with BEGIN IMMEDIATE, so
    that a unit of work never fails half way for want of a lock; readers do not wait for writers."""
    made = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key),
        poolclass=QueuePool,
        pool_size=2,
        pool_use_lifo=True,  # the connection used last has in memory what is asked for next
        pool_reset_on_return="rollback",
    )

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made
