using System.Buffers.Text;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Storage;

public sealed class PageCursorTests
{
    [Fact]
    public void A_number_comes_back() =>
        Prop.ForAll<long>(position => PageCursor.Decode<long>("endpoints", PageCursor.Encode("endpoints", position)) == position)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_comes_back() =>
        Prop.ForAll<NonNull<string>>(position => PageCursor.Decode<string>(
            "endpoints", PageCursor.Encode("endpoints", WellFormed(position.Get))) == WellFormed(position.Get))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_cursor_needs_no_escaping_in_a_url() =>
        Prop.ForAll<NonNull<string>>(position =>
        {
            var cursor = PageCursor.Encode("endpoints", position.Get);
            return Uri.EscapeDataString(cursor) == cursor;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Another_lists_cursor_is_refused()
    {
        ShouldBeRefused(PageCursor.Encode("messages", 7L));
        ShouldBeRefused(PageCursor.Encode("endpoints2", 7L));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("endpoints:7")]
    [InlineData("not a cursor")]
    [InlineData("====")]
    public void Text_that_is_no_cursor_is_refused(string cursor) => ShouldBeRefused(cursor);

    [Theory]
    [InlineData("endpoints:")]
    [InlineData("endpoints:x")]
    [InlineData("endpoints:99999999999999999999")]
    [InlineData("endpoints")]
    public void A_cursor_without_a_position_is_refused(string text) =>
        ShouldBeRefused(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void No_text_makes_reading_fail_in_another_way()
    {
        var base64 = Gen.ArrayOf(Gen.Elements("ABghyz019-_= \n".ToCharArray())).Select(characters => new string(characters));
        var texts = Gen.OneOf(ArbMap.Default.GeneratorFor<string>().Where(text => text is not null), base64).ToArbitrary();

        Prop.ForAll(texts, text =>
        {
            try
            {
                PageCursor.Decode<long>("endpoints", text);
            }
            catch (WebhookValidationException exception)
            {
                return exception.Errors is [{ Field: "cursor", Rule: "cursor" }];
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static void ShouldBeRefused(string cursor)
    {
        var decode = () => PageCursor.Decode<long>("endpoints", cursor);

        var error = decode.Should().Throw<WebhookValidationException>().Which.Errors.Should().ContainSingle().Which;
        error.Field.Should().Be("cursor");
        error.Value.Should().Be(cursor);
    }

    /// <summary>Half a surrogate pair has no form in UTF-8.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
