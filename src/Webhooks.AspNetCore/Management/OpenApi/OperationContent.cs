using System.Text.Json;
using System.Text.Json.Nodes;
using Webhooks.AspNetCore.Management.Json;

namespace Webhooks.AspNetCore.Management.OpenApi;

/// <summary>What a request or an answer holds: its type, and an example.</summary>
internal sealed record OperationContent(Type Type, Func<ManagementJson, JsonNode?> WriteExample, string MediaType, bool IsRequired)
{
    /// <summary>Whether it holds some of the fields of the type, none of which has to be there.</summary>
    public bool IsPatch { get; private init; }

    public static OperationContent Of<T>(T example, string mediaType = "application/json", bool isRequired = true) =>
        new(typeof(T), json => JsonSerializer.SerializeToNode(example, json.TypeInfo<T>()), mediaType, isRequired);

    /// <summary>What a patch holds: some of the fields of the type.</summary>
    public OperationContent AsPatch(string mediaType, params IReadOnlyList<string> fields) => this with
    {
        MediaType = mediaType,
        IsPatch = true,
        WriteExample = json => new JsonObject(((JsonObject)WriteExample(json)!)
            .Where(member => fields.Contains(member.Key, StringComparer.Ordinal))
            .Select(static member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))),
    };
}
