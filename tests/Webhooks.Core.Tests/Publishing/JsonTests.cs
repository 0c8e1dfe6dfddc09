using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Publishing;

namespace Webhooks.Core.Tests.Publishing;

public sealed class JsonTests
{
    [Fact]
    public async Task Data_is_written_in_camel_case_and_escaped_unless_the_host_says_otherwise()
    {
        await using var host = await TestHost.StartAsync();

        (await PayloadAsync(host)).Should().EndWith("""
            "data":{"customerName":"Zo\u00EB"}}
            """);
    }

    [Fact]
    public async Task The_hosts_own_json_options_count_down_to_the_encoder()
    {
        await using var host = await TestHost.StartAsync(webhooks => webhooks.ConfigureJson(json =>
        {
            json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        }));

        (await PayloadAsync(host)).Should().EndWith("""
            "data":{"customer_name":"Zoë"}}
            """);
    }

    [Fact]
    public async Task Hosts_in_one_process_write_each_in_its_own_way()
    {
        await using var plain = await TestHost.StartAsync();
        await using var relaxed = await TestHost.StartAsync(
            webhooks => webhooks.ConfigureJson(json => json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping));

        for (var i = 0; i < 3; i++)
        {
            (await PayloadAsync(plain)).Should().Contain("Zo\\u00EB");
            (await PayloadAsync(relaxed)).Should().Contain("Zoë");
        }
    }

    private static async Task<string> PayloadAsync(TestHost host)
    {
        var result = await host.Publisher.PublishAsync("order.created", new { CustomerName = "Zoë" });
        var message = await host.Log.GetMessageAsync(result.MessageId);
        return Encoding.UTF8.GetString(message!.Payload!.Value.Span);
    }
}
