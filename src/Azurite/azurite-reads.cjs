// Loaded before Azurite. It reads files in pieces of 64 KB, and each wakes threads of two processes, which take the cores from those that compute.
// In pieces of 1 MB a byte costs half. Writing is left alone: Azurite closes the file of an upload that broke off without waiting for what is buffered.
const fs = require('fs');

const createReadStream = fs.createReadStream;
fs.createReadStream = (path, options) => createReadStream(path, { highWaterMark: 1 << 20, ...options });
