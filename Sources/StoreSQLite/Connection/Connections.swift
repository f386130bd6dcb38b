import GRDB

/// How the pool's connections are set up.
enum Connections {
    static func configuration(role: StoreRole, tuning: StoreTuning, gauge: WALGauge) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(seconds(tuning.busyTimeout))
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = 4
        // Triggers and checks of the user's schema may spell texts so; they ran before us and must run with
        // us.
        configuration.acceptsDoubleQuotedStringLiterals = true
        configuration.prepareDatabase { db in
            let isReader = db.configuration.readonly
            let cacheBytes = isReader ? tuning.readerCacheBytes : tuning.writerCacheBytes
            try db.execute(sql: "PRAGMA cache_size = -\(cacheBytes >> 10)")
            guard !isReader, role == .server else { return }
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            if let pagesMax = tuning.pagesMax { try db.execute(sql: "PRAGMA max_page_count = \(pagesMax)") }
            gauge.watch(db)
        }
        return configuration
    }

    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
