// Prints the size of each file named on the command line when compressed by github.com/klauspost/compress at its default level, which is
// what Grafana Alloy does with a delta, and at level 1, with the processor time of each: name, plain bytes, default bytes, default µs,
// level 1 bytes, level 1 µs.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/klauspost/compress/gzip"
)

func cpuMicroseconds() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Sec*1e6 + usage.Utime.Usec + usage.Stime.Sec*1e6 + usage.Stime.Usec
}

func compress(plain []byte, level int) (size int, micros float64) {
	const rounds, count = 20, 20
	var out bytes.Buffer
	writer, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		panic(err)
	}
	micros = 1e12
	for round := 0; round < rounds; round++ {
		start := cpuMicroseconds()
		for i := 0; i < count; i++ {
			out.Reset()
			writer.Reset(&out)
			if _, err := writer.Write(plain); err != nil {
				panic(err)
			}
			if err := writer.Close(); err != nil {
				panic(err)
			}
		}
		micros = min(micros, float64(cpuMicroseconds()-start)/count)
	}
	return out.Len(), micros
}

func min(a, b float64) float64 {
	if a < b {
		return a
	}
	return b
}

func main() {
	for _, path := range os.Args[1:] {
		plain, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		size, micros := compress(plain, gzip.DefaultCompression)
		fastSize, fastMicros := compress(plain, gzip.BestSpeed)
		fmt.Printf("%-34s %7d %7d %7.1f %7d %7.1f\n", filepath.Base(path), len(plain), size, micros, fastSize, fastMicros)
	}
}
