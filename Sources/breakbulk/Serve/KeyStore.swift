import BulkModel
import Engine
import StoreSQLite

/// The database of `breakbulk keys`, opened beside a server that may be running.
enum KeyStore {
    static func open(_ options: DatabaseOptions) throws(CommandFailure) -> SQLiteStore {
        let plan = try ServePlan.load(
            file: options.config, environment: SystemEnvironment.variables, overrides: options.overrides)
        do {
            return try SQLiteStore.open(path: plan.databasePath, limits: plan.limits, role: .tool)
        } catch {
            throw StoreFailure.failure(error)
        }
    }
}
