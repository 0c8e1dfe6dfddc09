using Webhooks.LoadTest;
using Webhooks.LoadTest.Receiving;

return args is [ReceiverProgram.Verb, var counterFile]
    ? await ReceiverProgram.RunAsync(counterFile)
    : await Harness.RunAsync(args, Console.Out);
