using System.Globalization;
using System.Text;
using Webhooks.Filters;

namespace Webhooks.Core.Tests.Filters;

/// <summary>What docs/filters.md says of conditions.</summary>
public sealed class PayloadFilterTests
{
    private const string Payload =
        """
        {"type":"order.paid","a.b":7,"data":{"id":"o-1","total":100.50,"big":12345678901234567890.1,"note":null,"isPaid":true,
        "paidAt":"2026-01-02T12:00:00Z","name":"Zoë","tags":["eu","gift"],"none":[],"list":[[1],2],
        "items":[{"sku":"a","count":1},{"sku":"b","count":5},"c"],"customer":{"country":"DE"}}}
        """;

    [Theory]
    [InlineData("""{"type":"order.paid"}""", true)]
    [InlineData("""{"type":"Order.Paid"}""", false)]
    [InlineData("""{"a.b":7}""", true)]
    [InlineData("""{"data":{"customer":{"country":{"$in":["AT","DE"]}}}}""", true)]
    [InlineData("""{"data":{"customer":{"country":"DE","city":"Bonn"}}}""", false)]
    [InlineData("""{"type":"order.paid","data":{"id":"o-2"}}""", false)]
    // Numbers: exactly, whatever their spelling.
    [InlineData("""{"data":{"total":1.005e2}}""", true)]
    [InlineData("""{"data":{"total":"100.50"}}""", false)]
    [InlineData("""{"data":{"total":{"$gt":100.5}}}""", false)]
    [InlineData("""{"data":{"total":{"$gte":100.5,"$lte":100.5}}}""", true)]
    [InlineData("""{"data":{"total":{"$lt":100.49999999999999999999999}}}""", false)]
    [InlineData("""{"data":{"big":12345678901234567890.1}}""", true)]
    [InlineData("""{"data":{"big":12345678901234567890.2}}""", false)]
    [InlineData("""{"data":{"big":{"$gt":12345678901234567890.09}}}""", true)]
    [InlineData("""{"data":{"total":{"$lt":1e999999999999999999999}}}""", true)]
    // Strings by code units.
    [InlineData("""{"data":{"paidAt":{"$gte":"2026-01-02","$lt":"2026-01-03"}}}""", true)]
    [InlineData("""{"data":{"name":"Zo\u00eb"}}""", true)]
    [InlineData("""{"data":{"name":{"$startsWith":"Zo"}}}""", true)]
    [InlineData("""{"data":{"name":{"$startsWith":"zo"}}}""", false)]
    // Kinds do not mix, and true has no order.
    [InlineData("""{"data":{"isPaid":true}}""", true)]
    [InlineData("""{"data":{"isPaid":1}}""", false)]
    [InlineData("""{"data":{"isPaid":{"$gte":0}}}""", false)]
    [InlineData("""{"data":{"id":{"$gt":0}}}""", false)]
    [InlineData("""{"data":{"customer":{"$ne":"DE"}}}""", true)]
    // Null is a value; what is missing has none.
    [InlineData("""{"data":{"note":null}}""", true)]
    [InlineData("""{"data":{"missing":null}}""", false)]
    [InlineData("""{"data":{"note":{"$exists":true}}}""", true)]
    [InlineData("""{"data":{"missing":{"$exists":true}}}""", false)]
    [InlineData("""{"data":{"missing":{"deeper":{"$exists":false}}}}""", true)]
    [InlineData("""{"data":{"missing":{"$ne":1}}}""", true)]
    [InlineData("""{"data":{"missing":{"$nin":[1]}}}""", true)]
    [InlineData("""{"data":{"missing":{"$lt":1}}}""", false)]
    [InlineData("""{"data":{"total":{"deeper":1}}}""", false)]
    // Of an array, one element is enough.
    [InlineData("""{"data":{"tags":"gift"}}""", true)]
    [InlineData("""{"data":{"tags":{"$startsWith":"g"}}}""", true)]
    [InlineData("""{"data":{"tags":{"$ne":"gift"}}}""", false)]
    [InlineData("""{"data":{"tags":{"$nin":["us"]}}}""", true)]
    [InlineData("""{"data":{"tags":{"$and":["eu","gift"]}}}""", true)]
    [InlineData("""{"data":{"none":{"$exists":true}}}""", true)]
    [InlineData("""{"data":{"none":{"any":{"$exists":false}}}}""", false)]
    [InlineData("""{"data":{"list":1}}""", false)]
    [InlineData("""{"data":{"list":2}}""", true)]
    [InlineData("""{"data":{"items":{"sku":"b","count":{"$gt":1}}}}""", true)]
    [InlineData("""{"data":{"items":{"sku":"a","count":{"$gt":1}}}}""", false)]
    [InlineData("""{"data":{"items":{"$and":[{"sku":"a"},{"count":{"$gt":1}}]}}}""", true)]
    [InlineData("""{"data":{"items":{"sku":{"$ne":"a"}}}}""", true)]
    [InlineData("""{"data":{"items":{"$not":{"sku":"a"}}}}""", false)]
    // Combinations, at any level.
    [InlineData("""{"$or":[{"type":"x"},{"data":{"id":"o-1"}}]}""", true)]
    [InlineData("""{"data":{"total":{"$or":[{"$lt":1},{"$gt":100}]}}}""", true)]
    [InlineData("""{"$not":{"type":"order.paid"}}""", false)]
    [InlineData("""{"$and":[{"type":"order.paid"},{"$not":{"data":{"missing":1}}}],"data":{"isPaid":true}}""", true)]
    public void A_payload_meets_a_filter_or_does_not(string filter, bool meets)
    {
        PayloadFilter.Parse(filter).Matches(Encoding.UTF8.GetBytes(Payload)).Should().Be(meets);
        PayloadFilter.Parse($$"""{"$not":{{filter}}}""").Matches(Encoding.UTF8.GetBytes(Payload)).Should().Be(!meets);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("plain text")]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"ty\ud800":1}""")]
    [InlineData("[]")]
    public void A_payload_that_is_no_json_or_no_text_has_no_fields(string payload)
    {
        PayloadFilter.Parse("""{"type":"a"}""").Matches(Encoding.UTF8.GetBytes(payload)).Should().BeFalse();
        PayloadFilter.Parse("""{"type":{"$startsWith":"a"}}""").Matches(Encoding.UTF8.GetBytes(payload)).Should().BeFalse();
    }

    [Fact]
    public void Of_a_field_that_is_there_twice_the_last_counts() =>
        PayloadFilter.Parse("""{"a":2}""").Matches("""{"a":1,"a":2}"""u8.ToArray()).Should().BeTrue();

    [Theory]
    [InlineData("""{ "b" : 1, "a" : { "$eq" : "x" } }""", """{"a":"x","b":1}""")]
    [InlineData("""{"a":{"$in":["b",1.0,"b","a"]}}""", """{"a":{"$in":["a","b",1]}}""")]
    [InlineData("""{"a":{"$gte":-0.0,"$lt":1E+2}}""", """{"a":{"$gte":0,"$lt":100}}""")]
    [InlineData("""{"a":{"$in":[1.50e1,0.00001,1e30,-12.5e-20]}}""", """{"a":{"$in":[-1.25e-19,0.00001,15,1e30]}}""")]
    [InlineData("""{"\u0061":"\u00e9\/\""}""", """{"a":"é/\""}""")]
    [InlineData("""{"$or":[{"$eq":2},{"b":{"$eq":null}}]}""", """{"$or":[2,{"b":null}]}""")]
    public void Equal_filters_have_equal_texts(string filter, string text)
    {
        var parsed = PayloadFilter.Parse(filter);

        parsed.Text.Should().Be(text);
        parsed.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("", "filter", "length")]
    [InlineData("{", "filter", "json")]
    [InlineData("""{"a":1,}""", "filter", "json")]
    [InlineData("""{"a":"\ud800"}""", "filter", "characters")]
    [InlineData("null", "filter", "object")]
    [InlineData("""["a"]""", "filter", "object")]
    [InlineData("{}", "filter", "empty")]
    [InlineData("""{"a":{"b/c~":{}}}""", "filter/a/b~1c~0", "empty")]
    [InlineData("""{"a":["x"]}""", "filter/a", "value")]
    [InlineData("""{"a":1,"a":2}""", "filter/a", "unique")]
    [InlineData("""{"a":{"$regex":"x"}}""", "filter/a/$regex", "operator")]
    [InlineData("""{"$where":"x"}""", "filter/$where", "operator")]
    [InlineData("""{"a":{"$eq":{"b":1}}}""", "filter/a/$eq", "operand")]
    [InlineData("""{"a":{"$gt":true}}""", "filter/a/$gt", "operand")]
    [InlineData("""{"a":{"$in":"x"}}""", "filter/a/$in", "operand")]
    [InlineData("""{"a":{"$in":[]}}""", "filter/a/$in", "operand")]
    [InlineData("""{"a":{"$nin":[1,[2]]}}""", "filter/a/$nin/1", "operand")]
    [InlineData("""{"$or":[{"a":1},{"b":{"$exists":1}}]}""", "filter/$or/1/b/$exists", "operand")]
    [InlineData("""{"$and":{"a":1}}""", "filter/$and", "operand")]
    [InlineData("""{"a":{"$startsWith":""}}""", "filter/a/$startsWith", "operand")]
    public void What_is_no_filter_is_refused_with_its_place_and_the_rule(string filter, string field, string rule) =>
        ShouldBeRefused(filter, field, rule);

    [Fact]
    public void A_filter_has_limits()
    {
        ShouldBeRefused($$"""{"a":"{{new string('x', PayloadFilter.MaxLength)}}"}""", "filter", "length");
        ShouldBeRefused(Nested(17), "filter" + string.Concat(Enumerable.Repeat("/a", 16)), "depth");
        ShouldBeRefused($$$"""{"a":{"$in":[{{{Numbers(101)}}}]}}""", "filter/a/$in", "operand");
        ShouldBeRefused($$"""{"$or":[{"$and":[{{Numbers(100)}}]},{"$and":[{{Numbers(100)}}]},{"$and":[{{Numbers(57)}}]}]}""", "filter/$or/2/$and/56", "count");
        // What is short as it was written, and long in its one form.
        var powers = string.Join(',', Enumerable.Range(1, 100).Select(i => $"{i}e18"));
        ShouldBeRefused($"{{{string.Join(',', "abcde".Select(name => $$"""
            "{{name}}":{"$in":[{{powers}}]}
            """))}}}", "filter", "length");

        PayloadFilter.Parse(Nested(16)).Text.Should().Be(Nested(16));
        PayloadFilter.Parse($$"""{"$or":[{"$and":[{{Numbers(100)}}]},{"$and":[{{Numbers(100)}}]},{"$and":[{{Numbers(56)}}]}]}""");

        static string Nested(int levels) =>
            string.Concat(Enumerable.Repeat("""{"a":""", levels)) + "1" + new string('}', levels);

        static string Numbers(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Of_many_mistakes_all_are_named()
    {
        var exception = ShouldBeRefused("""{"a":{"$regex":"x"},"b":[1],"c":{}}""", "filter/a/$regex", "operator");

        exception.Errors.Select(error => error.Field).Should().Equal("filter/a/$regex", "filter/b", "filter/c");
    }

    [Fact]
    public void A_stored_text_of_a_newer_version_leaves_nothing_out()
    {
        var cache = new PayloadFilterCache();

        cache.Get("""{"a":{"$soundsLike":"b"}}""")!.Matches("{}"u8.ToArray()).Should().BeTrue();
        cache.Get("""{"a":"b"}""").Should().BeSameAs(cache.Get("""{"a":"b"}"""));
        cache.Get("""{"a":"b"}""")!.Matches("{}"u8.ToArray()).Should().BeFalse();
        cache.Get(null).Should().BeNull();
    }

    private static WebhookValidationException ShouldBeRefused(string filter, string field, string rule)
    {
        var parse = () => PayloadFilter.Parse(filter);
        var exception = parse.Should().Throw<WebhookValidationException>().Which;
        exception.Errors[0].Field.Should().Be(field);
        exception.Errors[0].Rule.Should().Be(rule);
        return exception;
    }
}
