using System.Text.Json;

namespace Webhooks.Filters;

/// <summary>
/// Asks filters of one payload: it is read once, when the first filter is asked, and equal filters are asked once. For adapter authors.
/// </summary>
/// <param name="payload">The payload of a message.</param>
public sealed class PayloadMatcher(ReadOnlyMemory<byte> payload) : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1_000 };

    private JsonDocument? _document;
    private bool _isRead;
    private PayloadFilter? _last;
    private bool _lastAnswer;
    private Dictionary<string, bool>? _answers;

    /// <summary>Whether the payload meets a filter.</summary>
    /// <param name="filter">The filter; null leaves nothing out.</param>
    public bool Meets(PayloadFilter? filter)
    {
        if (filter is null)
        {
            return true;
        }

        if (IsLast(filter))
        {
            return _lastAnswer;
        }

        if (_answers is null || !_answers.TryGetValue(filter.Text, out var answer))
        {
            answer = Ask(filter);
            if (_last is not null)
            {
                (_answers ??= new(StringComparer.Ordinal) { [_last.Text] = _lastAnswer })[filter.Text] = answer;
            }
        }

        (_last, _lastAnswer) = (filter, answer);
        return answer;
    }

    /// <summary>Gives back the memory that the payload was read into.</summary>
    public void Dispose() => _document?.Dispose();

    private bool IsLast(PayloadFilter filter) =>
        ReferenceEquals(filter, _last) || string.Equals(filter.Text, _last?.Text, StringComparison.Ordinal);

    private bool Ask(PayloadFilter filter)
    {
        try
        {
            return filter.IsMetBy(Read());
        }
        catch (InvalidOperationException)
        {
            // A text on the way is no Unicode, which only reading it shows.
            return filter.IsMetBy(default);
        }
    }

    private JsonElement Read()
    {
        if (!_isRead)
        {
            _isRead = true;
            try
            {
                _document = JsonDocument.Parse(payload, Options);
            }
            catch (JsonException)
            {
                // It has no fields then.
            }
        }

        return _document?.RootElement ?? default;
    }
}
