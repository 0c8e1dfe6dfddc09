using System.Net;

namespace Webhooks.AspNetCore.Tests.Management;

public sealed class DeliveryTests
{
    private const string Paid = """{"event_type":"order.paid","data":{"orderId":"1","total":1}}""";

    [Fact]
    public async Task What_is_published_is_found_in_the_log_with_its_deliveries_and_attempts()
    {
        await using var host = await SendingHost.StartAsync();
        var endpointId = await host.CreateEndpointAsync();

        var published = await host.Api.PostAsync("/v1/messages", """{"event_type":"order.paid","data":{"orderId":"1","total":1},"event_id":"paid-1"}""");
        published.StatusCode.Should().Be(HttpStatusCode.Created, published.Text);
        var messageId = published["id"];
        var ofEndpoint = await host.Api.UntilAsync($"/v1/endpoints/{endpointId}/deliveries?status=succeeded", answer => Rows(answer) == 1);
        var delivery = ofEndpoint.Json["data"]![0]!;
        var message = await host.Api.GetAsync(published.Headers.Location!.ToString());
        var attempts = await host.Api.GetAsync($"/v1/deliveries/{delivery["id"]}/attempts");
        var ofMessage = await host.Api.GetAsync($"/v1/messages/{messageId}/attempts");

        ((string)delivery["message_id"]!).Should().Be(messageId);
        ((int)delivery["last_status_code"]!).Should().Be(200);
        message["event_id"].Should().Be("paid-1");
        ((string)message.Json["payload"]!["data"]!["orderId"]!).Should().Be("1");
        ((string)attempts.Json["data"]![0]!["response"]!).Should().Be("answered 200");
        ofMessage.Text.Should().Be(attempts.Text);
        Rows(await host.Api.GetAsync($"/v1/messages/{messageId}/deliveries")).Should().Be(1);
        Rows(await host.Api.GetAsync("/v1/messages?event_type=order.paid&since=2020-01-01T00:00:00Z")).Should().Be(1);
        Rows(await host.Api.GetAsync("/v1/messages?event_type=order.lost")).Should().Be(0);
        host.Received.Requests.Should().ContainSingle().Which.Id.Should().Be(messageId);
    }

    [Fact]
    public async Task What_failed_is_counted_sent_again_one_by_one_and_recovered_all_at_once()
    {
        await using var host = await SendingHost.StartAsync();
        var endpointId = await host.CreateEndpointAsync();
        host.Received.StatusCode = 400;
        for (var i = 0; i < 3; i++)
        {
            await host.Api.PostAsync("/v1/messages", Paid);
        }

        var path = $"/v1/endpoints/{endpointId}";
        var failed = await host.Api.UntilAsync(path + "/deliveries?status=failed", answer => Rows(answer) == 3);
        var counted = await host.Api.GetAsync(path + "/statistics?since=2020-01-01T00:00:00Z");
        host.Received.StatusCode = 200;
        var resent = await host.Api.PostAsync($"/v1/deliveries/{failed.Json["data"]![0]!["id"]}/resend");
        await host.Api.UntilAsync(path + "/deliveries?status=succeeded", answer => Rows(answer) == 1);
        var recovery = await host.Api.PostAsync(path + "/recover", """{"since":"2020-01-01T00:00:00Z"}""");
        var replay = await host.Api.UntilAsync($"/v1/replays/{recovery["id"]}", answer => answer["status"] == "completed");
        await host.Api.UntilAsync(path + "/deliveries?status=succeeded", answer => Rows(answer) == 3);
        var after = await host.Api.GetAsync(path + "/statistics");

        (counted.Json["failed"]!.GetValue<int>(), counted.Json["total"]!.GetValue<int>()).Should().Be((3, 3));
        (resent.StatusCode, resent["status"]).Should().Be((HttpStatusCode.Accepted, "pending"));
        recovery.StatusCode.Should().Be(HttpStatusCode.Accepted, recovery.Text);
        (replay["selection"], replay["endpoint_id"], replay.Json["replayed_count"]!.GetValue<int>()).Should().Be(("failed", endpointId, 2));
        after.Json["succeeded"]!.GetValue<int>().Should().Be(3);
        (await host.Api.PostAsync($"/v1/replays/{recovery["id"]}/cancel"))["status"].Should().Be("completed", "it has ended already");
    }

    [Fact]
    public async Task What_cannot_be_sent_again_is_a_conflict()
    {
        await using var host = await SendingHost.StartAsync();
        var endpointId = await host.CreateEndpointAsync();
        await host.Api.PostAsync("/v1/messages", Paid);
        var done = await host.Api.UntilAsync($"/v1/endpoints/{endpointId}/deliveries?status=succeeded", answer => Rows(answer) == 1);
        await host.Api.PostAsync($"/v1/endpoints/{endpointId}/disable");

        (await host.Api.PostAsync($"/v1/deliveries/{done.Json["data"]![0]!["id"]}/resend")).ShouldBeProblem(HttpStatusCode.Conflict, "conflict");
        (await host.Api.PostAsync($"/v1/endpoints/{endpointId}/recover", """{"since":"2020-01-01T00:00:00Z"}"""))
            .ShouldBeProblem(HttpStatusCode.Conflict, "conflict");
        (await host.Api.PostAsync($"/v1/endpoints/{endpointId}/recover", "{}"))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation").Fields.Should().Equal("since");
        (await host.Api.PostAsync("/v1/replays", """{"since":"2999-01-01T00:00:00Z","event_type":"a b"}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation").Fields.Should().Equal("event_type", "since");
        (await host.Api.PostAsync("/v1/replays", """{"selection":"everything"}"""))
            .ShouldBeProblem(HttpStatusCode.BadRequest, "bad_request").Fields.Should().Equal("selection");
    }

    [Fact]
    public async Task An_example_is_sent_to_one_endpoint_and_its_owner_sees_what_came_back()
    {
        await using var host = await SendingHost.StartAsync();
        var endpointId = await host.CreateEndpointAsync();
        await host.CreateEndpointAsync();
        await host.Api.PostAsync($"/v1/endpoints/{endpointId}/disable");
        host.Received.StatusCode = 418;

        var test = await host.Api.PostAsync($"/v1/endpoints/{endpointId}/test", """{"event_type":"order.paid"}""");

        test.StatusCode.Should().Be(HttpStatusCode.OK, test.Text);
        var attempt = test.Json["attempt"]!;
        ((string)attempt["error"]!, (string)attempt["response"]!, (int)attempt["status_code"]!).Should().Be(("status", "answered 418", 418));
        ((string)test.Json["payload"]!["data"]!["orderId"]!).Should().Be("1001");
        host.Received.Requests.Should().ContainSingle().Which.Should().Be((test["message_id"], test.Json["payload"]!.ToJsonString()));
        var message = await host.Api.GetAsync($"/v1/messages/{test["message_id"]}");
        (message["tested_endpoint_id"], message.Json["payload"]!.ToJsonString()).Should().Be((endpointId, test.Json["payload"]!.ToJsonString()));
        var logged = await host.Api.GetAsync($"/v1/deliveries/{(string)attempt["delivery_id"]!}/attempts");
        logged.Json["data"]!.AsArray().Should().ContainSingle().Which!.ToJsonString().Should().Be(attempt.ToJsonString());
        (await host.Api.GetAsync("/v1/deliveries")).Json["data"]!.AsArray().Should().ContainSingle();
        (await host.Api.PostAsync($"/v1/endpoints/{endpointId}/test", """{"event_type":"order.lost"}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation").Fields.Should().Equal("example");
        (await host.Api.PostAsync($"/v1/endpoints/{endpointId}/test", """{"event_type":"order.unknown"}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation").Fields.Should().Equal("event_type");
    }

    [Fact]
    public async Task A_repeated_test_gets_the_first_answer_and_another_one_under_the_same_key_is_refused()
    {
        await using var host = await SendingHost.StartAsync();
        var (endpointId, otherId) = (await host.CreateEndpointAsync(), await host.CreateEndpointAsync());

        var first = await SendAsync(endpointId, """{"event_type":"order.paid"}""");
        host.Received.StatusCode = 418;
        var again = await SendAsync(endpointId, """{"event_type":"order.paid"}""");

        (again.StatusCode, again.Text).Should().Be((HttpStatusCode.OK, first.Text));
        (await SendAsync(endpointId, """{"event_type":"order.paid","example":null}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key").Fields.Should().Equal("Idempotency-Key");
        (await SendAsync(otherId, """{"event_type":"order.paid"}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key");
        host.Received.Requests.Should().ContainSingle();

        Task<Answer> SendAsync(string id, string body) =>
            host.Api.PostAsync($"/v1/endpoints/{id}/test", body, headers: ("Idempotency-Key", "test-1"));
    }

    private static int Rows(Answer page) => page.Json["data"]!.AsArray().Count;
}
