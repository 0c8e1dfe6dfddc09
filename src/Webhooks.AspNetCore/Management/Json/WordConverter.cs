using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>Writes the values of an enumeration as words in snake case, whatever the spelling of fields.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
