using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webhooks.Operations;

/// <summary>Writes the members of an enumeration as the members of records are written.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
