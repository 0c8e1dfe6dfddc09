using System.Text;
using System.Text.Json;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>The names of fields and query parameters, from those of properties and of the library's validation errors.</summary>
internal sealed class Naming(JsonNamingPolicy policy)
{
    public static Naming Of(WebhookApiNaming naming) => naming == WebhookApiNaming.CamelCase ? Camel : Snake;

    private static Naming Snake { get; } = new(JsonNamingPolicy.SnakeCaseLower);

    private static Naming Camel { get; } = new(JsonNamingPolicy.CamelCase);

    public JsonNamingPolicy Policy => policy;

    public string Convert(string name) => policy.ConvertName(name);

    /// <summary>
    /// Converts a path such as <c>eventTypes[1]</c>, <c>headers[X-Key]</c> or <c>filter/data/orderId</c>: what stands in brackets and behind a
    /// slash is a caller's.
    /// </summary>
    public string ConvertPath(string path)
    {
        if (path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
        {
            return ConvertPath(path[..slash]) + path[slash..];
        }

        var converted = new StringBuilder(path.Length + 8);
        var start = 0;
        for (var i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] is not ('.' or '['))
            {
                continue;
            }

            converted.Append(Convert(path[start..i]));
            if (i == path.Length)
            {
                break;
            }

            var end = path[i] == '[' && path.IndexOf(']', i) is >= 0 and var bracket ? bracket + 1 : i + 1;
            converted.Append(path, i, end - i);
            start = i = end;
            i--;
        }

        return converted.ToString();
    }
}
