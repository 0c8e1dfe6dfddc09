using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Endpoints;
using Webhooks.Transformations;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/transformations.md.</summary>
internal static class TransformationSnippets
{
    public static void Add(IWebhooksBuilder webhooks)
    {
        webhooks.AddTransformation<SlackMessage>("slack");

        webhooks.AddTransformation("no-tests", (context, ct) => ValueTask.FromResult(
            context.Message.TenantId.StartsWith("test-", StringComparison.Ordinal)
                ? TransformationResult.Cancel("Events of test tenants are not sent.")
                : TransformationResult.Unchanged));
    }

    public static async Task CreateAsync(IWebhookEndpoints endpoints) =>
        await endpoints.CreateAsync(new EndpointSettings
        {
            Url = "https://example.com/hooks",
            EventTypes = ["run.*"],
            Projection = new PayloadProjection
            {
                Exclude = ["/data/run/message_history"],
                Rename = new Dictionary<string, string> { ["/data/run"] = "task" },
            },
        });
}

internal sealed class SlackMessage(Orders orders) : IWebhookTransformation
{
    public async ValueTask<TransformationResult> TransformAsync(TransformationContext context, CancellationToken cancellationToken)
    {
        var text = await orders.DescribeAsync(context.Message.TenantId, context.Payload, cancellationToken);
        return TransformationResult.Send(
            JsonSerializer.SerializeToUtf8Bytes(new SlackText(text), SlackJson.Default.SlackText),
            new Dictionary<string, string> { ["X-Event-Type"] = context.Message.EventType });
    }
}

internal sealed class Orders
{
    public Task<string> DescribeAsync(string tenantId, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult($"{tenantId}: {payload.Length}");
    }
}

internal sealed record SlackText(string Text);

[JsonSerializable(typeof(SlackText))]
internal sealed partial class SlackJson : JsonSerializerContext;
