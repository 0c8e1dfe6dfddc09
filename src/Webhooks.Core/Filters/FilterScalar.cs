using System.Runtime.InteropServices;
using System.Text.Json;

namespace Webhooks.Filters;

/// <summary>A string, a number, true, false or null in a filter.</summary>
internal sealed class FilterScalar
{
    private readonly JsonValueKind _kind;
    private readonly string? _text;
    private readonly JsonNumber _number;

    /// <exception cref="InvalidOperationException">It is a string that is no Unicode.</exception>
    public FilterScalar(in JsonElement value)
    {
        _kind = value.ValueKind;
        _text = _kind == JsonValueKind.String ? value.GetString() : null;
        _number = _kind == JsonValueKind.Number ? JsonNumber.Read(JsonMarshal.GetRawUtf8Value(value)) : default;
    }

    public bool IsEqualTo(in JsonElement value) =>
        value.ValueKind == _kind && _kind switch
        {
            JsonValueKind.String => value.ValueEquals(_text),
            JsonValueKind.Number => JsonNumber.Read(JsonMarshal.GetRawUtf8Value(value)) == _number,
            _ => true,
        };

    /// <summary>How a value compares with this one; null where the two have no order.</summary>
    public int? Compare(in JsonElement value)
    {
        if (value.ValueKind != _kind)
        {
            return null;
        }

        return _kind switch
        {
            JsonValueKind.String => string.CompareOrdinal(value.GetString(), _text),
            JsonValueKind.Number => JsonNumber.Compare(JsonNumber.Read(JsonMarshal.GetRawUtf8Value(value)), _number),
            _ => null,
        };
    }
}
