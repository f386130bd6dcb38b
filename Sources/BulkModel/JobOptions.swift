/// What else was asked for when a job was created; never changes afterwards.
package struct JobOptions: Hashable, Sendable {
    /// Names in the input and the columns they go to; empty: every name is its own column's.
    package var mapping: [FieldMapping] = []
    /// Unknown columns are read over, outer spaces trimmed, enumerations taken without regard to case.
    package var isLenient = false
    /// Everything is written and undone again, chunk by chunk; outcomes say what would have become of each record.
    package var isDryRun = false
    /// What the job is called in the names of its events: `job.completed`, `import.completed`, `batch.completed`.
    package var noun = Noun.job
    /// Whom to tell of the job's end, beside the feed of events; nil: nobody.
    package var webhook: WebhookTarget?

    /// A kind of job as callers see it.
    package enum Noun: String, CaseIterable, Sendable {
        case job, `import`, batch
    }

    package init() {}
}

/// One name of the input and where its values go.
package struct FieldMapping: Hashable, Sendable {
    /// As the header or the records' keys spell it.
    package var source: String
    package var column: String
    /// The value is JSON text, to be checked as such whatever the column's type is.
    package var isJSON: Bool

    package init(source: String, column: String, isJSON: Bool = false) {
        self.source = source
        self.column = column
        self.isJSON = isJSON
    }
}

/// An address that is told of a job's end.
package struct WebhookTarget: Hashable, Sendable {
    package var url: String
    /// Which ends are told: `completed`, `failed`; empty means all.
    package var events: Set<String>
    /// The caller's own header lines, sent along; no name of ours among them.
    package var headers: [HeaderLine]
    /// The caller's own signing secret, sealed (unreadable without the server's root secret); nil: the tenant's.
    package var sealedSecret: [UInt8]?

    /// A header line of the caller's.
    package struct HeaderLine: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        url: String, events: Set<String> = [], headers: [HeaderLine] = [], sealedSecret: [UInt8]? = nil
    ) {
        self.url = url
        self.events = events
        self.headers = headers
        self.sealedSecret = sealedSecret
    }
}
