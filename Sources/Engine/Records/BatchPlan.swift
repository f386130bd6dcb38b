import BulkModel
import Planning

/// A batch held against tables and scopes: all that is known of it before its transaction.
struct BatchPlan: Sendable {
    let request: BatchRequest
    let links: BatchLinks
    let limits: Limits
    /// The time of everything that it writes.
    let now: Timestamp
    /// Operations that are looked at, judged and written together; between two groups the clock is looked at.
    static let groupMax = 250
    private let scopes: Set<Caller.Scope>
    private var tables: [String: Result<BatchTable, Refusal>] = [:]

    /// Throws INVALID_REQUEST for what is wrong with the whole batch.
    init(
        _ request: BatchRequest, by caller: Caller, catalog: Catalog, limits: Limits, now: Timestamp
    ) throws(Refusal) {
        guard !request.operations.isEmpty else {
            throw Refusal(.invalidRequest, issue: "no_operations", "The batch has no operation.")
        }
        self.request = request
        self.limits = limits
        self.now = now
        scopes = Set(Caller.Scope.allCases.filter(caller.may(_:)))
        links = try BatchLinks(request, limits: limits)
        for operation in request.operations where tables[operation.table] == nil {
            tables[operation.table] = Self.table(
                operation.table, request, caller, catalog: catalog, limits: limits, now: now)
        }
        if request.isSoftDelete == true { try checkSoftDelete() }
    }

    /// True when nothing is done behind a failed operation.
    var stops: Bool { request.isAtomic || !request.continuesOnError }

    /// What a job of the batch is said to be about: the first table that the caller may use, so that it can see the job.
    var firstTable: String {
        let usable = request.operations.first { operation in
            if case .success = tables[operation.table] { true } else { false }
        }
        return usable?.table ?? request.operations.first?.table ?? ""
    }

    /// By table: the column that identifies its records.
    var keyColumns: [String: String] {
        tables.compactMapValues { try? $0.get().target.key.name }
    }

    /// The table of the operation, or why the caller cannot use it so.
    func table(of operation: BatchOperation) -> Result<BatchTable, Refusal> {
        let scope: Caller.Scope =
            switch operation.kind {
            case .create, .patch, .replace: .write
            case .delete: .delete
            case .read, .list: .read
            }
        guard scopes.contains(scope) else {
            return .failure(
                Refusal(.forbidden, issue: "scope", "The credential lacks the scope `\(scope.rawValue)`."))
        }
        return tables[operation.table] ?? .failure(Refusal(.tableNotFound, "There is no such table."))
    }

    private static func table(
        _ name: String, _ request: BatchRequest, _ caller: Caller, catalog: Catalog, limits: Limits,
        now: Timestamp
    ) -> Result<BatchTable, Refusal> {
        do throws(Refusal) {
            try caller.check(use: name, in: catalog, field: "path")
            let deletes = request.operations.contains { $0.table == name && $0.kind == .delete }
            return .success(
                try BatchTable(
                    name, deletes: deletes, isSoft: request.isSoftDelete, tenant: caller.tenant,
                    catalog: catalog, limits: limits, now: now))
        } catch {
            return .failure(error)
        }
    }

    /// What no table can do is wrong with the request, not with one operation.
    private func checkSoftDelete() throws(Refusal) {
        for (index, operation) in request.operations.enumerated() where operation.kind == .delete {
            guard case .failure(var refusal) = tables[operation.table], refusal.issue == "no_soft_delete"
            else { continue }
            refusal.message = "Operation \"\(operation.id)\" (\(index + 1)): \(refusal.message)"
            throw refusal
        }
    }
}
