using Webhooks.Endpoints;
using Webhooks.Filters;

namespace Webhooks.Docs.Tests.Snippets;

/// <summary>The code of docs/filters.md.</summary>
internal static class FilterSnippets
{
    public static async Task CreateAsync(IWebhookEndpoints endpoints) =>
        await endpoints.CreateAsync(new EndpointSettings
        {
            Url = "https://example.com/hooks",
            EventTypes = ["order.*"],
            Filter = """{"data":{"total":{"$gte":100},"currency":{"$in":["EUR","CHF"]}}}""",
        });

    public static bool Preview(byte[] payload)
    {
        var filter = PayloadFilter.Parse("""{"data":{"total":{"$gte":100}}}""");
        var isMet = filter.Matches(payload);
        return isMet;
    }
}
