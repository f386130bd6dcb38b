import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite("Events and deliveries as they are shown")
struct EventRenderingTests {
    private static let time = Timestamp(unixSeconds: 1_800_000_000)
    private static let caller = Caller(credential: "k", tenant: TenantID("a"), scopes: [.read])
    private static let signer = PlainSigner()

    private static func event(url: String? = nil, body: String = "{\"job_id\":\"bulk-job-1\"}") -> OutboxEvent
    {
        OutboxEvent(
            id: "evt_1", tenant: TenantID("a"), job: JobID("bulk-job-1"), type: "import.completed",
            body: Array(body.utf8), createdAt: time,
            target: url.map {
                WebhookTarget(
                    url: $0, headers: [.init(name: "X-Webhook-Secret", value: "hush")],
                    sealedSecret: [1, 2, 3])
            })
    }

    private static func text(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("An event carries what a webhook is sent")
    func event() {
        #expect(
            Self.text(EventReport(event: Self.event(), limits: Limits()).value)
                == """
                {"id":"evt_1","type":"import.completed","job_id":"bulk-job-1","created_at":"2027-01-15T08:00:00Z",\
                "data":{"job_id":"bulk-job-1"}}
                """)
        let damaged = EventReport(event: Self.event(body: "{"), limits: Limits())
        #expect(damaged.value["data"] == .null)
    }

    @Test("A delivery shows neither secrets nor header lines nor the address's query")
    func delivery() {
        let attempt = WebhookDelivery.Attempt(
            at: Self.time, status: 500, error: "The receiver answered 500.", answer: [0x6F, 0xFF, 0x6B],
            duration: .milliseconds(1250))
        let delivery = WebhookDelivery(
            id: 12, event: Self.event(url: "https://h.example/in?token=hush"), state: .waiting, attempts: 1,
            nextAt: Self.time + .seconds(5), last: attempt)
        let value = DeliveryReport(delivery: delivery, limits: Limits()).value
        #expect(
            Self.text(value)
                == """
                {"id":"12","event_id":"evt_1","type":"import.completed","job_id":"bulk-job-1",\
                "url":"https://h.example/in","status":"waiting","attempts":1,"created_at":"2027-01-15T08:00:00Z",\
                "next_attempt_at":"2027-01-15T08:00:05Z","last_attempt_at":"2027-01-15T08:00:00Z",\
                "last_status":500,"last_error":"The receiver answered 500.","last_duration_ms":1250,\
                "last_answer":"o\u{FFFD}k"}
                """)
        #expect(!Self.text(value).contains("hush"))
    }

    @Test("A delivery that has ended is not tried next")
    func ended() {
        let delivery = WebhookDelivery(
            id: 12, event: Self.event(url: "https://h.example/"), state: .parked, attempts: 10,
            nextAt: Self.time, last: nil)
        let value = DeliveryReport(delivery: delivery, limits: Limits()).value
        #expect(value["next_attempt_at"] == .null)
        #expect(value["last_status"] == .null)
    }

    @Test("The place in the feed is the tenant's own and comes back unchanged")
    func place() throws {
        let first = try EventPage(QueryItems(), caller: Self.caller, limits: Limits(), signer: Self.signer)
        #expect(first.place == 0)
        let token = first.token(41)
        let query = try QueryItems(parsing: "after=\(token)&limit=7&wait=3")
        let next = try EventPage(query, caller: Self.caller, limits: Limits(), signer: Self.signer)
        #expect(next.place == 41)
        #expect(next.limit == 7)
        #expect(next.wait == .seconds(3))
        let other = Caller(credential: "k", tenant: TenantID("b"), scopes: [.read])
        #expect(throws: Refusal.self) {
            try EventPage(query, caller: other, limits: Limits(), signer: Self.signer)
        }
    }

    @Test(
        "What the lists do not understand is refused",
        arguments: ["after=x", "limit=0", "limit=1001", "wait=61", "wait=-1", "from=1"])
    func feedQueries(query: String) throws {
        let query = try QueryItems(parsing: query)
        #expect(throws: Refusal.self) {
            try EventPage(query, caller: Self.caller, limits: Limits(), signer: Self.signer)
        }
    }

    @Test("Deliveries are listed by status and job; a cursor belongs to its list")
    func deliveries() throws {
        let query = try QueryItems(parsing: "status=parked&job_id=bulk-job-1&limit=3")
        let page = try DeliveryPage(query, caller: Self.caller, limits: Limits(), signer: Self.signer)
        #expect(page.state == .parked)
        #expect(page.job == JobID("bulk-job-1"))
        let token = page.token(9)
        let same = try QueryItems(parsing: "status=parked&job_id=bulk-job-1&cursor=\(token)")
        #expect(
            try DeliveryPage(same, caller: Self.caller, limits: Limits(), signer: Self.signer).before == 9)
        for other in ["cursor=\(token)", "status=waiting&job_id=bulk-job-1&cursor=\(token)", "status=lost"] {
            let query = try QueryItems(parsing: other)
            #expect(throws: Refusal.self) {
                try DeliveryPage(query, caller: Self.caller, limits: Limits(), signer: Self.signer)
            }
        }
    }
}
