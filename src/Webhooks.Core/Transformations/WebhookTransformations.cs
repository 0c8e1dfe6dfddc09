using System.Collections.Frozen;

namespace Webhooks.Transformations;

/// <summary>The transformations that the host has registered, by their names.</summary>
internal sealed class WebhookTransformations
{
    private readonly FrozenDictionary<string, NamedTransformation> _transformations;

    public WebhookTransformations(IEnumerable<NamedTransformation> registered)
    {
        var byName = registered.GroupBy(static transformation => transformation.Name, StringComparer.Ordinal).ToList();
        if (byName.Find(static group => group.Skip(1).Any()) is { } twice)
        {
            throw new InvalidOperationException($"Two transformations are named '{twice.Key}': give one of them another name.");
        }

        _transformations = byName.ToFrozenDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
    }

    public NamedTransformation? Find(string name) => _transformations.GetValueOrDefault(name);

    /// <summary>What is wrong with a choice; null for nothing.</summary>
    public string? FindProblem(string name) => _transformations.ContainsKey(name)
        ? null
        : _transformations.Count == 0
            ? $"'{name}' is not the name of a transformation: the host has none."
            : $"'{name}' is not the name of a transformation. There are: {string.Join(", ", _transformations.Keys.Order(StringComparer.Ordinal))}.";
}
