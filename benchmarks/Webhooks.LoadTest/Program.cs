using Webhooks.LoadTest;
using Webhooks.LoadTest.Instances;
using Webhooks.LoadTest.Receiving;

return args switch
{
    [ReceiverProgram.Verb, var server, var counterFile] => await ReceiverProgram.RunAsync(server, counterFile),
    [InstanceProgram.Verb, var settings] => await InstanceProgram.RunAsync(settings),
    _ => await Harness.RunAsync(args, Console.Out),
};
