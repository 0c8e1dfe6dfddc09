using Mynd;

await MyndApp.Build(args).RunAsync();
