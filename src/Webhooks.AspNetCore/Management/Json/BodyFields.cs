using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Webhooks.AspNetCore.Management.Problems;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>
/// Finds the fields of a body that are unknown, missing, or there twice: each of them, where the serializer would tell of the first, and by a
/// text only. What is then left for the serializer to refuse is of a wrong type.
/// </summary>
internal sealed class BodyFields
{
    /// <summary>How many are found at most, so that an answer is not larger than what was asked.</summary>
    private const int MaxErrors = 100;

    private readonly List<ProblemError> _errors = [];

    private BodyFields()
    {
    }

    /// <param name="body">The body.</param>
    /// <param name="type">What is to be read of it; null for any JSON.</param>
    /// <exception cref="InvalidOperationException">A name is not Unicode.</exception>
    public static IReadOnlyList<ProblemError> Check(JsonElement body, JsonTypeInfo? type)
    {
        var fields = new BodyFields();
        fields.Visit("", body, type);
        return fields._errors;
    }

    private void Visit(string path, JsonElement value, JsonTypeInfo? type)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            VisitObject(path, value, type);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            var elements = type?.Kind == JsonTypeInfoKind.Enumerable ? Find(type, type.ElementType) : null;
            var index = 0;
            foreach (var element in value.EnumerateArray())
            {
                Visit($"{path}[{index++}]", element, elements);
            }
        }
    }

    private void VisitObject(string path, JsonElement value, JsonTypeInfo? type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var field = Below(path, member.Name);
            if (!names.Add(member.Name))
            {
                Add(field, "unique", "is there twice.");
            }

            Visit(field, member.Value, FindMember(field, member.Name, type));
        }

        foreach (var property in type?.Kind == JsonTypeInfoKind.Object ? type.Properties : [])
        {
            if (property.IsRequired && !names.Contains(property.Name))
            {
                Add(Below(path, property.Name), "required", "is missing.");
            }
        }
    }

    private JsonTypeInfo? FindMember(string field, string name, JsonTypeInfo? type)
    {
        if (type?.Kind == JsonTypeInfoKind.Dictionary)
        {
            return Find(type, type.ElementType);
        }

        if (type?.Kind != JsonTypeInfoKind.Object)
        {
            return null;
        }

        var property = type.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.Ordinal));
        if (property is null && type.Options.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow)
        {
            Add(field, "unknown", "is not a field that is known here. Check its spelling.");
        }

        return Find(type, property?.PropertyType);
    }

    private static JsonTypeInfo? Find(JsonTypeInfo owner, Type? type) =>
        type is not null && owner.Options.TryGetTypeInfo(type, out var found) ? found : null;

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Add(string field, string rule, string detail)
    {
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(new ProblemError { Field = field, Rule = rule, Detail = detail });
        }
    }
}
