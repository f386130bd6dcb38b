import Engine

extension ServerFailure {
    /// For callers that know stores, not servers.
    var storeError: StoreError {
        var text = "PostgreSQL error \(state)"
        if let table { text += ", table \(table)" }
        if let column { text += ", column \(column)" }
        if let constraint { text += ", constraint \(constraint)" }
        return StoreError(meaning, isMessageSafe ? "\(text): \(message)\(remedy)" : text)
    }

    /// What is to be granted where a right is missing, as far as the server's words tell of what.
    private var remedy: String {
        guard state == Self.insufficientPrivilege else { return "" }
        let rights: KeyValuePairs = [
            "sequence": "USAGE", "table": "SELECT, INSERT, UPDATE, DELETE", "schema": "USAGE",
        ]
        for (kind, right) in rights where message.hasPrefix("permission denied for \(kind) ") {
            let name = message.dropFirst("permission denied for \(kind) ".count)
            return "; its owner can mend that, for the role that this server connects as: "
                + "GRANT \(right) ON \(kind.uppercased()) \(name) TO …"
        }
        return "; the role that this server connects as needs that right"
    }

    private static let insufficientPrivilege = "42501"

    /// Whatever a body on a connection threw, as a store error.
    static func storeError(_ error: any Error) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as ServerFailure: error.storeError
        default: StoreError(.failed, "\(type(of: error))")
        }
    }

    private var meaning: StoreError.Code {
        if isConnectionLost || isStalePlan { return .busy }
        switch state {
        // Too many connections, a lock not had in time, cancelled or timed out, object in use, standby
        // conflict.
        case "53300", "55P03", "57014", "55006", "57P04": return .busy
        // Out of memory for this moment.
        case "53200", "53000": return .busy
        case "53100": return .full
        // A function may raise this about a record: then it says nothing of the server's rights.
        case Self.insufficientPrivilege: return isFromFunction || isRaised ? .failed : .denied
        // Read-only for now, not accepting connections, no such database: a failover, a restore, a full disk.
        case "25006", "55000", "3D000": return .busy
        // No such schema; a configuration that cannot be read.
        case "3F000", "F0000": return .unusable
        default: break
        }
        switch state.prefix(2) {
        // Transaction rollback: serialization and deadlock.
        case "40": return .busy
        // Invalid authorization: a password that is being changed, for one.
        case "28": return .busy
        // Damaged data.
        case "XX": return state == "XX000" ? .failed : .unusable
        default: return .failed
        }
    }

    /// Messages of these classes name objects and settings, never values; but a function can raise anything.
    private var isMessageSafe: Bool {
        guard !isFromFunction, !isRaised else { return false }
        return Self.valueFreeClasses.contains(String(state.prefix(2)))
    }

    private static let valueFreeClasses: Set<String> = [
        "08", "0A", "25", "26", "28", "2B", "2D", "3B", "3D", "3F", "40", "42", "53", "55", "57", "58", "F0",
    ]
}
