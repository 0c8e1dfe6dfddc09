using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;

namespace Webhooks.Samples.Tests.Shop;

public sealed partial class ShopTests
{
    [Fact]
    public async Task Each_change_of_an_order_reaches_the_warehouse_once_and_what_is_refused_tells_nobody()
    {
        await using var rig = await ShopRig.StartAsync();
        await rig.StartShopAsync();

        var shipped = await rig.PlaceAsync();
        var canceled = await rig.PlaceAsync();
        (await StatusAsync(rig, shipped, "ship")).Should().Be(HttpStatusCode.Conflict, "it is not paid");
        var payments = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StatusAsync(rig, shipped, "pay")));
        payments.Count(status => status == HttpStatusCode.OK).Should().Be(1, "of many at a time one is first");
        payments.Count(status => status == HttpStatusCode.Conflict).Should().Be(7);
        (await StatusAsync(rig, shipped, "cancel")).Should().Be(HttpStatusCode.Conflict, "it is paid");
        (await StatusAsync(rig, shipped, "ship")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(rig, canceled, "cancel")).Should().Be(HttpStatusCode.OK);
        (await StatusAsync(rig, Guid.Empty, "pay")).Should().Be(HttpStatusCode.NotFound);
        (await StatusAsync(rig, canceled, "pay")).Should().Be(HttpStatusCode.Conflict, "it is canceled");

        await rig.DrainAsync();
        (await rig.HandledAsync()).Should().BeEquivalentTo(
            $"order.placed {shipped}", $"order.paid {shipped}", $"order.shipped {shipped}", $"order.placed {canceled}", $"order.canceled {canceled}");
        (await rig.EventsAsync()).Should().BeEquivalentTo(await rig.OrdersAsync());
    }

    [Fact]
    public async Task The_page_shows_every_attempt_and_escapes_what_a_receiver_answers_and_its_button_sends_again()
    {
        var ids = new ConcurrentQueue<string>();
        await using var partner = await Partner.StartAsync((context, _) =>
        {
            ids.Enqueue(context.Request.Headers["webhook-id"].ToString());
            return (ids.Count == 1 ? 500 : 200, "<script>alert(1)</script>");
        });
        await using var rig = await ShopRig.StartAsync(partner.Url);
        await rig.StartShopAsync("--Webhooks:Retry:Delays:0=00:00:00");
        await rig.PlaceAsync();
        await rig.DrainAsync();

        var list = await rig.Client.GetStringAsync("/?merchant=bakery&status=Succeeded", rig.Patience);
        var page = await rig.Client.GetStringAsync(Link().Match(list).Groups["url"].Value, rig.Patience);

        page.Should().Contain("<td>500</td>").And.Contain("<td>200</td>").And.Contain("&quot;quantity&quot;:2");
        page.Should().Contain("&lt;script&gt;alert(1)&lt;/script&gt;").And.NotContain("<script");
        (await rig.Client.GetStringAsync("/?merchant=florist", rig.Patience)).Should().NotContain("order.placed");

        var resend = WebUtility.HtmlDecode(Form().Match(page).Groups["url"].Value);
        using var forged = await rig.Client.PostAsync(resend, new FormUrlEncodedContent([]), rig.Patience);
        forged.StatusCode.Should().Be(HttpStatusCode.BadRequest, "a page of another site cannot press the button");
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", Token().Match(page).Groups["token"].Value)]);
        using var sent = await rig.Client.PostAsync(resend, form, rig.Patience);
        sent.StatusCode.Should().Be(HttpStatusCode.OK);
        await rig.DrainAsync();
        ids.Should().HaveCount(3);
        ids.Distinct().Should().ContainSingle("it is the same message");
    }

    private static async Task<HttpStatusCode> StatusAsync(ShopRig rig, Guid order, string step)
    {
        using var response = await rig.ChangeAsync(order, step, rig.Patience);
        return response.StatusCode;
    }

    [GeneratedRegex("href=\"(?<url>/messages/[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("<form method=\"post\" action=\"(?<url>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
