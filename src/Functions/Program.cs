Console.WriteLine("AeServerless");
