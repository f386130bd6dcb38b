import BulkModel
import Engine

/// The database of `breakbulk keys`, opened beside servers that may be running.
enum KeyStore {
    static func open(_ options: DatabaseOptions) async throws(CommandFailure) -> OpenDatabase {
        let plan = try ServePlan.load(
            file: options.config, environment: SystemEnvironment.variables, overrides: options.overrides)
        return try await OpenDatabase.open(plan.database, limits: plan.limits, role: .tool)
    }
}
