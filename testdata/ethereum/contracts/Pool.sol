// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

interface Coin {
    function balanceOf(address owner) external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// A constant-product pool of two tokens, with a fee of 0.3 per cent.
contract Pool {
    event Mint(address indexed sender, uint256 amount0, uint256 amount1);
    event Sync(uint112 reserve0, uint112 reserve1);
    event Swap(
        address indexed sender,
        uint256 amount0In,
        uint256 amount1In,
        uint256 amount0Out,
        uint256 amount1Out,
        address indexed to
    );

    address public immutable token0;
    address public immutable token1;
    uint256 public reserve0;
    uint256 public reserve1;

    constructor(address first, address second) {
        token0 = first;
        token1 = second;
    }

    /// Takes whatever was sent to the pool into its reserves.
    function mint() external {
        (uint256 in0, uint256 in1) = received();
        emit Mint(msg.sender, in0, in1);
        sync();
    }

    /// Swaps what was sent to the pool before this call, and pays the other token to `to`.
    function swap(address to) external returns (uint256 out) {
        (uint256 in0, uint256 in1) = received();
        require((in0 == 0) != (in1 == 0), "one token in");
        if (in0 > 0) {
            out = price(in0, reserve0, reserve1);
            require(Coin(token1).transfer(to, out));
            sync();
            emit Swap(msg.sender, in0, 0, 0, out, to);
        } else {
            out = price(in1, reserve1, reserve0);
            require(Coin(token0).transfer(to, out));
            sync();
            emit Swap(msg.sender, 0, in1, out, 0, to);
        }
    }

    function price(uint256 paid, uint256 from, uint256 to) private pure returns (uint256) {
        return (paid * 997 * to) / (from * 1000 + paid * 997);
    }

    function received() private view returns (uint256, uint256) {
        return (
            Coin(token0).balanceOf(address(this)) - reserve0,
            Coin(token1).balanceOf(address(this)) - reserve1
        );
    }

    function sync() private {
        reserve0 = Coin(token0).balanceOf(address(this));
        reserve1 = Coin(token1).balanceOf(address(this));
        emit Sync(uint112(reserve0), uint112(reserve1));
    }
}

/// Takes the caller's token through one pool or two; the middle token goes from pool to pool.
contract Router {
    function one(address token, uint256 value, Pool pool) external {
        require(Coin(token).transferFrom(msg.sender, address(pool), value));
        pool.swap(msg.sender);
    }

    function two(address token, uint256 value, Pool first, Pool second) external {
        require(Coin(token).transferFrom(msg.sender, address(first), value));
        first.swap(address(second));
        second.swap(msg.sender);
    }
}
