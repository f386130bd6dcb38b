import GRDB
import GRDBSQLite
enum StoreSQLitePlaceholder { static func x() -> String { String(cString: sqlite3_libversion()) } }
