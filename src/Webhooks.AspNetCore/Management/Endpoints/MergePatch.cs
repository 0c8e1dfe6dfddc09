using System.Text.Json.Nodes;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>JSON Merge Patch (RFC 7396, section 2).</summary>
internal static class MergePatch
{
    public const string MediaType = "application/merge-patch+json";

    /// <summary>Applies a patch.</summary>
    /// <param name="target">What is changed; it may be changed itself.</param>
    /// <param name="patch">The patch.</param>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject members)
        {
            return patch?.DeepClone();
        }

        var result = target as JsonObject ?? [];
        foreach (var (name, value) in members)
        {
            if (value is null)
            {
                result.Remove(name);
                continue;
            }

            var current = result[name];
            result.Remove(name);
            result[name] = Apply(current, value);
        }

        return result;
    }
}
