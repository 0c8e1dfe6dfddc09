using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Replay;

namespace Webhooks.AspNetCore.Management.OpenApi;

/// <summary>Says in schemas what the generator of documents gets wrong of fields that can be null.</summary>
internal static class SchemaRepairs
{
    private static readonly string[] Words =
    [
        nameof(AttemptError), nameof(CancelReason), nameof(DeliveryStatus), nameof(EndpointStatus), nameof(PauseReason), nameof(PendingDeliveries),
        nameof(ReplaySelection), nameof(ReplayStatus),
    ];

    /// <summary>Repairs the schemas of words, and that of a body.</summary>
    public static void Complete(OpenApiDocument? document, Type? body)
    {
        foreach (var name in Words)
        {
            if (Find(document, name) is { Enum: { } words } schema)
            {
                // A field that can be null is one of null and the words: null among the words would be both.
                schema.Type = JsonSchemaType.String;
                schema.Enum = [.. words.Where(static word => !IsNull(word))];
            }
        }

        if (body is not null)
        {
            Complete(Find(document, (body.IsGenericType ? body.GetGenericArguments()[0] : body).Name));
        }
    }

    /// <summary>Numbers that can be null are not read from strings either.</summary>
    public static void Complete(OpenApiSchema? schema)
    {
        foreach (var property in schema?.Properties?.Values.OfType<OpenApiSchema>() ?? [])
        {
            const JsonSchemaType Number = JsonSchemaType.Integer | JsonSchemaType.Number;
            if (property.Type is { } type && (type & Number) != default)
            {
                property.Type = type & ~JsonSchemaType.String;
                property.Pattern = null;
            }
        }
    }

    private static OpenApiSchema? Find(OpenApiDocument? document, string name) =>
        document?.Components?.Schemas?.TryGetValue(name, out var found) == true ? found as OpenApiSchema : null;

    private static bool IsNull(JsonNode? word) => word is null || word.IsJsonNullSentinel() || word.GetValueKind() == JsonValueKind.Null;
}
