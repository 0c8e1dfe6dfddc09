using FsCheck;
using FsCheck.Fluent;
using Webhooks.Storage;
using Webhooks.Testing.Conformance.Model;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public Task After_any_sequence_of_calls_the_store_holds_what_the_contract_says_and_everything_can_be_delivered() =>
        CheckAsync(StoreStep.Sequences, static (store, steps) => new StoreModelRun(store).RunAsync(steps));

    [Fact]
    public Task Whatever_fails_dies_or_is_changed_an_ordered_endpoint_gets_nothing_before_all_that_was_published_earlier_has_ended() =>
        CheckAsync(LineStep.Sequences, static (store, steps) => new LineRun(store).RunAsync(steps));

    private Task CheckAsync<TStep>(Arbitrary<TStep[]> sequences, Func<IWebhookStore, TStep[], Task> run)
    {
        var property = Prop.ForAll(sequences, async steps =>
        {
            var store = await CreateStoreAsync();
            try
            {
                await store.InitializeAsync(default);
                await run(store, steps);
            }
            finally
            {
                await DeleteStoreAsync(store);
            }
        });

        // On a thread of its own, because the check waits for each sequence.
        return Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(SequenceCount), property));
    }
}
