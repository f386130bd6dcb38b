import BulkModel
import HTTPFront

/// Looks at a set-up without changing it and says what is wrong and how to mend it.
struct Doctor {
    let plan: ServePlan

    private static let freeBytesMin = 1 << 30

    func findings() -> [Finding] {
        let isServed = DatabaseLock.isHeld(for: plan.databasePath)
        return [database, journal, server(isServed), uploads, space, port(isServed), authentication, clock]
            + tables
    }

    private var database: Finding {
        let name = "database"
        guard FileProbe.exists(plan.databasePath) else {
            let folder = FileProbe.folder(of: plan.databasePath)
            guard FileProbe.isWritable(folder) else {
                return .problem(
                    name, "\(plan.databasePath) does not exist and \(folder) cannot be written.",
                    mend: "make the folder and let this user write to it, or set database: in breakbulk.yaml."
                )
            }
            return .good(name, "\(plan.databasePath) does not exist yet and will be made.")
        }
        guard FileProbe.isWritable(plan.databasePath) else {
            return .problem(
                name, "\(plan.databasePath) cannot be written by this user.",
                mend: "change its owner or mode, or run as the user who owns it.")
        }
        do throws(CommandFailure) {
            _ = try SQLiteFile(path: plan.databasePath, mode: .readOnly).column("PRAGMA schema_version")
        } catch {
            return .problem(name, error.message, mend: "name another file in database:, or restore this one.")
        }
        return .good(
            name, "\(plan.databasePath) can be opened and written (SQLite \(SQLiteFile.libraryVersion)).")
    }

    private var journal: Finding {
        let folder = FileProbe.folder(of: plan.databasePath)
        let probe = "\(folder)/.breakbulk-doctor.db"
        defer { ["", "-wal", "-shm"].forEach { FileProbe.remove(probe + $0) } }
        do throws(CommandFailure) {
            let mode = try SQLiteFile(path: probe, mode: .create).column("PRAGMA journal_mode = WAL").first
            if mode == "wal" { return .good("journal", "the write-ahead log works in \(folder).") }
        } catch {
            return .problem("journal", error.message, mend: "let this user write to \(folder).")
        }
        return .problem(
            "journal", "the write-ahead log does not work in \(folder).",
            mend: "move the database to a local disk; network file systems cannot hold it.")
    }

    private func server(_ isServed: Bool) -> Finding {
        guard isServed else { return .good("server", "no other server has the database.") }
        return .warning(
            "server", "a server has the database open.",
            mend: "nothing, if that is meant; a second server or `load --database` would be refused.")
    }

    private var uploads: Finding {
        let path = plan.uploadsPath
        let place = FileProbe.exists(path) ? path : FileProbe.folder(of: path)
        guard FileProbe.isWritable(place) else {
            return .problem(
                "uploads", "\(place) cannot be written.",
                mend: "let this user write to it, or set uploads.path in breakbulk.yaml.")
        }
        return .good("uploads", "\(path) can be written.")
    }

    private var space: Finding {
        let path = plan.uploadsPath
        let place = FileProbe.exists(path) ? path : FileProbe.folder(of: path)
        guard let bytes = FileProbe.freeBytes(at: place) else {
            return .warning(
                "space", "the free space of \(place) cannot be read.", mend: "check it by hand: df -h")
        }
        let text = "\(Figures.bytes(Double(bytes))) free for uploads."
        guard bytes >= Self.freeBytesMin else {
            return .problem("space", text, mend: "make room, or lower uploads.keep_days.")
        }
        return .good("space", text)
    }

    private func port(_ isServed: Bool) -> Finding {
        let place = "\(plan.host):\(plan.port)"
        if PortProbe.isFree(host: plan.host, port: plan.port) { return .good("listen", "\(place) is free.") }
        if isServed { return .good("listen", "\(place) is taken, as it should be while a server runs.") }
        return .problem(
            "listen", "\(place) is taken by another program, or is no address of this machine.",
            mend: "stop that program, or choose another: --listen 127.0.0.1:8081")
    }

    private var authentication: Finding {
        let isLocal = LoopbackAddress.contains(host: plan.host)
        guard plan.isOpen else { return .good("auth", "API keys are asked for.") }
        guard isLocal else {
            return .problem(
                "auth", "auth.mode is open, but \(plan.host) can be reached from other machines.",
                mend: "set auth.mode to keys, or listen on 127.0.0.1.")
        }
        return .warning("auth", "anybody on this machine may do everything.", mend: "set auth.mode to keys.")
    }

    private var clock: Finding {
        let now = WallClock.system.now()
        // 2025-01-01 and 2100-01-01: before and after, the clock was never set or is far off.
        guard (1_735_689_600..<4_102_444_800).contains(now.unixSeconds) else {
            return .problem("clock", "it says \(now.rfc3339).", mend: "set the clock (timedatectl, NTP).")
        }
        if let changed = FileProbe.changedSeconds(plan.databasePath), changed > now.unixSeconds + 300 {
            return .problem(
                "clock", "the database was written in the future: the clock was set back to \(now.rfc3339).",
                mend: "set the clock (timedatectl, NTP); jobs and keys would expire late until then.")
        }
        return .good("clock", now.rfc3339)
    }

    private var tables: [Finding] {
        guard FileProbe.exists(plan.databasePath) else { return [] }
        do throws(CommandFailure) {
            let file = try SQLiteFile(path: plan.databasePath, mode: .readOnly)
            return try TableChecks(rules: plan.rules).findings(in: file)
        } catch {
            return [.problem("tables", error.message, mend: "see the finding on the database above.")]
        }
    }
}
