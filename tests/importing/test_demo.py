import time
from datetime import UTC
from pathlib import Path
from services.importing.service import ImportService

SCHOOL = Path("sandbox/school")

async def test_the_demo_school_imports_and_again_changes_nothing(db, clock):
    service = ImportService(db, clock)
    t=time.time()
    first = await service.import_file(SCHOOL)
    print(time.time()-t, first.errors[:3], first.changes)
    assert first.ok
    t=time.time()
    second = await service.import_file(SCHOOL)
    print(time.time()-t, second.changes)
    assert not any(c.differs for c in second.changes.values())
