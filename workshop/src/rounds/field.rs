//! Numbers that one can add and multiply, finitely many: fields where there are, else products of
//! them.

/// A finite field, or a product of several, on the numbers from 0 to one less than its size.
pub(super) struct Ring {
    size: usize,
    sums: Vec<usize>,
    products: Vec<usize>,
    /// The sizes of the fields it is a product of.
    pub(super) fields: Vec<usize>,
}

impl Ring {
    /// The product of the fields of the prime powers in this number, which is at least 1.
    pub(super) fn of(size: usize) -> Self {
        let mut ring = Self {
            size: 1,
            sums: vec![0],
            products: vec![0],
            fields: Vec::new(),
        };
        let mut left = size.max(1);
        let mut prime = 2;
        while left > 1 {
            if prime * prime > left {
                prime = left;
            }
            let mut power = 0;
            while left.is_multiple_of(prime) {
                left /= prime;
                power += 1;
            }
            if power > 0 {
                ring = ring.times(&Self::field(prime, power));
            }
            prime += 1;
        }
        ring
    }

    pub(super) fn add(&self, a: usize, b: usize) -> usize {
        self.sums[a * self.size + b]
    }

    pub(super) fn multiply(&self, a: usize, b: usize) -> usize {
        self.products[a * self.size + b]
    }

    fn times(&self, other: &Self) -> Self {
        let size = self.size * other.size;
        let table = |mine: &[usize], others: &[usize]| {
            let cell = |at: usize| {
                let (a, b) = (at / size, at % size);
                let mine = mine[a / other.size * self.size + b / other.size];
                mine * other.size + others[a % other.size * other.size + b % other.size]
            };
            (0..size * size).map(cell).collect()
        };
        let mut fields = self.fields.clone();
        fields.push(other.size);
        Self {
            size,
            sums: table(&self.sums, &other.sums),
            products: table(&self.products, &other.products),
            fields,
        }
    }

    /// Polynomials over a prime, modulo the first one that leaves no two whose product is nothing.
    fn field(prime: usize, power: u32) -> Self {
        let size = prime.pow(power);
        let digits = |mut it: usize| {
            let digit = |_| {
                let digit = it % prime;
                it /= prime;
                digit
            };
            (0..power).map(digit).collect::<Vec<usize>>()
        };
        let number = |digits: &[usize]| digits.iter().rev().fold(0, |it, digit| it * prime + digit);
        let sum = |at: usize| {
            let sums = digits(at / size).into_iter().zip(digits(at % size));
            number(&sums.map(|(a, b)| (a + b) % prime).collect::<Vec<usize>>())
        };
        let sums: Vec<usize> = (0..size * size).map(sum).collect();
        // `rest`: what the highest power is the same as
        let product = |a: usize, b: usize, rest: &[usize]| {
            let (a, b) = (digits(a), digits(b));
            let mut product = vec![0; a.len()];
            for digit in a.iter().rev() {
                let top = product.pop().unwrap_or(0);
                product.insert(0, 0);
                for ((it, rest), b) in product.iter_mut().zip(rest).zip(&b) {
                    *it = (*it + top * rest + digit * b) % prime;
                }
            }
            number(&product)
        };
        let products = |rest: usize| {
            let rest = digits(rest);
            (0..size * size)
                .map(|at| product(at / size, at % size, &rest))
                .collect::<Vec<usize>>()
        };
        // a polynomial divides nothing if no product of two that are not nothing is nothing
        let whole = |products: &Vec<usize>| {
            (1..size).all(|a| (1..size).all(|b| products[a * size + b] != 0))
        };
        let products = (0..size).map(products).find(whole).unwrap_or_default();
        Self {
            size,
            sums,
            products,
            fields: vec![size],
        }
    }
}
