using FsCheck;
using FsCheck.Fluent;
using Webhooks.Testing.Conformance.Model;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    private const int ModelSequences = 60;

    [Fact]
    public Task After_any_sequence_of_calls_the_store_holds_what_the_contract_says_and_everything_can_be_delivered()
    {
        var property = Prop.ForAll(StoreStep.Sequences, async steps =>
        {
            var store = await CreateStoreAsync();
            try
            {
                await store.InitializeAsync(default);
                await new StoreModelRun(store).RunAsync(steps);
            }
            finally
            {
                await DeleteStoreAsync(store);
            }
        });

        // On a thread of its own, because the check waits for each sequence.
        return Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(ModelSequences), property));
    }
}
