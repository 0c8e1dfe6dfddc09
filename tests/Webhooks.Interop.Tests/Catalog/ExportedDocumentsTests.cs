using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Catalog;
using Webhooks.Core.Tests.Catalog;

namespace Webhooks.Interop.Tests.Catalog;

/// <summary>What is written of a catalog is what the tools of its formats read.</summary>
public sealed class ExportedDocumentsTests
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .AddLogging()
        .AddWebhooks(webhooks => webhooks.AddExampleCatalog())
        .Services.BuildServiceProvider();

    private static readonly IEventCatalogExporter Exporter = Services.GetRequiredService<IEventCatalogExporter>();

    [Fact]
    public async Task The_documents_are_valid_by_the_validators_of_openapi_asyncapi_and_json_schema()
    {
        var problems = await NodeValidators.ValidateAsync(new JsonObject
        {
            ["openApi"] = Exporter.ToOpenApi(ExampleCatalog.Document),
            ["asyncApi"] = Exporter.ToAsyncApi(ExampleCatalog.Document),
            ["schemas"] = new JsonArray([.. Schemas()]),
        });

        problems.Should().BeEmpty();
    }

    [Fact]
    public async Task The_validators_find_what_is_wrong()
    {
        var problems = await NodeValidators.ValidateAsync(new JsonObject
        {
            ["openApi"] = Exporter.ToOpenApi().Replace("\"requestBody\"", "\"requestBodies\"", StringComparison.Ordinal),
            ["asyncApi"] = Exporter.ToAsyncApi().Replace("\"action\": \"send\"", "\"action\": \"post\"", StringComparison.Ordinal),
            ["schemas"] = new JsonArray(new JsonObject
            {
                ["name"] = "ping",
                ["schema"] = Exporter.GetPayloadSchema("ping"),
                ["documents"] = new JsonArray(new JsonObject { ["value"] = new JsonObject(), ["isValid"] = true }),
            }),
        });

        problems.Should().Contain(problem => problem.StartsWith("OpenAPI", StringComparison.Ordinal))
            .And.Contain(problem => problem.StartsWith("AsyncAPI", StringComparison.Ordinal))
            .And.Contain(problem => problem.StartsWith("JSON Schema", StringComparison.Ordinal));
    }

    /// <summary>Each schema, with its examples, and with each of them without each of its fields that are always there.</summary>
    private static IEnumerable<JsonNode> Schemas()
    {
        foreach (var eventType in (JsonArray)JsonNode.Parse(Exporter.ToJson())!["eventTypes"]!)
        {
            foreach (var version in (JsonArray)eventType!["versions"]!)
            {
                var documents = new JsonArray();
                foreach (var example in version!["examples"] as JsonArray ?? [])
                {
                    documents.Add((JsonNode)new JsonObject { ["value"] = example!["payload"]!.DeepClone(), ["isValid"] = true });
                    foreach (var required in (JsonArray)version["payload"]!["required"]!)
                    {
                        var incomplete = (JsonObject)example["payload"]!.DeepClone();
                        incomplete.Remove((string)required!);
                        documents.Add((JsonNode)new JsonObject { ["value"] = incomplete, ["isValid"] = false });
                    }
                }

                yield return new JsonObject
                {
                    ["name"] = (string)eventType["name"]!,
                    ["schema"] = version["payload"]!.DeepClone(),
                    ["documents"] = documents,
                };
            }
        }
    }
}
