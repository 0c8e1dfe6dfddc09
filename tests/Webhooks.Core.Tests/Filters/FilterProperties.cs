using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Filters;

namespace Webhooks.Core.Tests.Filters;

/// <summary>What holds for every filter and every payload.</summary>
public sealed class FilterProperties
{
    private static Gen<string> Name { get; } = Gen.Elements("a", "b", "c", "a/b");

    private static Gen<string> Number { get; } = Gen.Elements("-1", "0", "-0.0", "1", "1.0", "10e-1", "1.5", "2", "12345678901234567890.5");

    private static Gen<string> Text { get; } = Gen.Elements("\"\"", "\"x\"", "\"xy\"", "\"X\"", "\"1\"", "\"é\"", "\"\\u00e9\"", "\"\\ud83d\\ude00\"");

    private static Gen<string> Scalar { get; } = Gen.Frequency((3, Number), (3, Text), (1, Gen.Elements("true", "false", "null")));

    private static Gen<string> Start { get; } = Gen.Elements("\"x\"", "\"xy\"", "\"é\"");

    private static Gen<string> Condition { get; } = Gen.OneOf(
        Scalar,
        Scalar.Select(value => $$"""{"$eq":{{value}}}"""),
        Scalar.Select(value => $$"""{"$ne":{{value}}}"""),
        Gen.Elements("$in", "$nin").SelectMany(op => List(Scalar, 4).Select(values => $$"""{"{{op}}":{{values}}}""")),
        Gen.Elements("$gt", "$gte", "$lt", "$lte").SelectMany(op => Gen.OneOf(Number, Text).Select(value => $$"""{"{{op}}":{{value}}}""")),
        Gen.Elements("true", "false").Select(value => $$"""{"$exists":{{value}}}"""),
        Start.Select(value => $$"""{"$startsWith":{{value}}}"""));

    private static Arbitrary<string> Filters { get; } = Members(Expression(2)).ToArbitrary();

    private static Arbitrary<string> Payloads { get; } = Members(Value(2)).ToArbitrary();

    [Fact]
    public void A_filter_means_what_a_plain_reading_of_it_means() => Prop.ForAll(Filters, Payloads, (filter, payload) =>
        PayloadFilter.Parse(filter).Matches(Bytes(payload)) == PlainFilter.Meets(JsonNode.Parse(filter), JsonNode.Parse(payload)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void De_Morgans_laws_hold() => Prop.ForAll(Filters, Filters, Payloads, (first, second, payload) =>
        Matches($$$"""{"$not":{"$and":[{{{first}}},{{{second}}}]}}""", payload)
            == Matches($$"""{"$or":[{"$not":{{first}}},{"$not":{{second}}}]}""", payload)
        && Matches($$$"""{"$not":{"$or":[{{{first}}},{{{second}}}]}}""", payload)
            == Matches($$"""{"$and":[{"$not":{{first}}},{"$not":{{second}}}]}""", payload))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void The_one_form_of_a_filter_is_its_own_and_means_the_same() => Prop.ForAll(Filters, Payloads, (filter, payload) =>
    {
        var text = PayloadFilter.Parse(filter).Text;
        return PayloadFilter.Parse(text).Text == text && Matches(text, payload) == Matches(filter, payload);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void The_order_of_members_does_not_matter() => Prop.ForAll(Filters, filter =>
        PayloadFilter.Parse(Reverse(JsonNode.Parse(filter))!.ToJsonString()).Text == PayloadFilter.Parse(filter).Text)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Many_filters_of_one_payload_get_the_answers_that_each_gets_alone() => Prop.ForAll(
        Gen.ArrayOf(Filters.Generator, 5).ToArbitrary(), Payloads, (filters, payload) =>
        {
            PayloadFilter[] twice = [.. filters.Concat(filters).Select(PayloadFilter.Parse)];
            using var matcher = new PayloadMatcher(Bytes(payload));
            return Array.TrueForAll(twice, filter => matcher.Meets(filter) == filter.Matches(Bytes(payload)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_payload_makes_a_filter_fail() => Prop.ForAll(Filters, Payloads, ArbMap.Default.ArbFor<byte[]>(), (filter, payload, noise) =>
    {
        var bytes = Bytes(payload);
        var parsed = PayloadFilter.Parse(filter);
        parsed.Matches(noise);
        parsed.Matches(bytes.AsMemory(0, noise.Length % bytes.Length));
        noise.AsSpan(0, Math.Min(noise.Length, bytes.Length)).CopyTo(bytes.AsSpan(bytes.Length / 2 % Math.Max(1, bytes.Length - noise.Length)));
        parsed.Matches(bytes);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Nothing_else_than_the_documented_exception_is_thrown_for_any_text() => Prop.ForAll<NonNull<string>>(text =>
    {
        foreach (var json in (string[])[text.Get, $$$"""{"{{{text.Get}}}":{"$eq":"{{{text.Get}}}"}}"""])
        {
            try
            {
                PayloadFilter.Parse(json);
            }
            catch (WebhookValidationException)
            {
                // Said so.
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Numbers_compare_as_decimals_do() => Prop.ForAll(Spellings.ToArbitrary(), Spellings.ToArbitrary(), (first, second) =>
    {
        var expected = decimal.Parse(first, NumberStyles.Float, CultureInfo.InvariantCulture)
            .CompareTo(decimal.Parse(second, NumberStyles.Float, CultureInfo.InvariantCulture));
        var (one, other) = (JsonNumber.Read(Bytes(first)), JsonNumber.Read(Bytes(second)));
        return Math.Sign(JsonNumber.Compare(one, other)) == expected
            && one == other == (expected == 0)
            && JsonNumber.Read(Bytes(one.ToString())) == one;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static Gen<string> Spellings { get; } =
        from sign in Gen.Elements("", "-")
        from whole in Gen.Choose(0, 1_200)
        from fraction in Gen.Elements("", ".0", ".5", ".50", ".012", ".9990")
        from exponent in Gen.Elements("", "", "e0", "E+3", "e-3", "e-07")
        select string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}{fraction}{exponent}");

    private static Gen<string> Expression(int depth) => depth == 0
        ? Condition
        : Gen.Frequency(
            (3, Condition),
            (4, Members(Expression(depth - 1))),
            (1, Expression(depth - 1).Select(inner => $$"""{"$not":{{inner}}}""")),
            (2, Gen.Elements("$and", "$or").SelectMany(op => List(Expression(depth - 1), 3).Select(inner => $$"""{"{{op}}":{{inner}}}"""))));

    private static Gen<string> Value(int depth) => depth == 0
        ? Scalar
        : Gen.Frequency((2, Scalar), (3, Members(Value(depth - 1))), (2, List(Value(depth - 1), 3)), (1, Gen.Elements("[]", "{}")));

    private static Gen<string> Members(Gen<string> value) =>
        from names in Gen.NonEmptyListOf(Name)
        from values in Gen.ArrayOf(value, 4)
        select $"{{{string.Join(',', names.Distinct(StringComparer.Ordinal).Select((name, i) => $"\"{name}\":{values[i]}"))}}}";

    private static Gen<string> List(Gen<string> item, int most) =>
        from count in Gen.Choose(1, most)
        from items in Gen.ArrayOf(item, count)
        select $"[{string.Join(',', items)}]";

    private static JsonNode? Reverse(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(member => KeyValuePair.Create(member.Key, Reverse(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Reverse)]),
        _ => node?.DeepClone(),
    };

    private static bool Matches(string filter, string payload) => PayloadFilter.Parse(filter).Matches(Bytes(payload));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
