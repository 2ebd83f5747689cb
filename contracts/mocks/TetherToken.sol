// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A token as USDT on Ethereum is: nothing is returned, and an allowance that is not zero can only be changed
/// to zero. Anybody mints.
contract TetherToken {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    error InsufficientBalance(uint256 balance, uint256 needed);
    error IsPaused();

    string public name;
    string public symbol;
    uint8 public immutable decimals;
    uint256 public totalSupply;
    bool public paused;

    mapping(address owner => uint256 balance) public balanceOf;
    mapping(address owner => mapping(address spender => uint256 tokens)) public allowance;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        (name, symbol, decimals) = (name_, symbol_, decimals_);
    }

    function mint(address to, uint256 amount) external {
        totalSupply += amount;
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function setPaused(bool paused_) external {
        paused = paused_;
    }

    function approve(address spender, uint256 amount) external {
        if (paused) revert IsPaused();
        uint256 before = allowance[msg.sender][spender];
        // Without a reason, as the real one.
        // solhint-disable-next-line gas-custom-errors, reason-string
        if (amount != 0 && before != 0) revert();
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        uint256 allowed = allowance[from][msg.sender];
        // Without a reason, as the real one.
        // solhint-disable-next-line gas-custom-errors, reason-string
        if (allowed < amount) revert();
        allowance[from][msg.sender] = allowed - amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        // Without a reason, as the real one.
        // solhint-disable-next-line gas-custom-errors, reason-string
        if (paused) revert();
        if (balanceOf[from] < amount) revert InsufficientBalance(balanceOf[from], amount);
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        emit Transfer(from, to, amount);
    }
}
